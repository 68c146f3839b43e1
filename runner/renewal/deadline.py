"""A run's deadline. It counts the machine's own time: while the owner is waited for, it stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from runner.ledger.lease import Lease
from runner.page.problems import NeedsOwner

GRACE = 60.0
"""Seconds that a lease outlives the run's deadline: time to end in order."""
OWNERS_TIME = timedelta(hours=1)
"""So long one run waits for its owner, in all. Hand-offs are not in it: they have a time of their own."""


@dataclass
class Deadline:
    """The deadline of one run: `limit`. When it is put off, the lease goes with it, and `told` hears in
    how many seconds it will be.
    """

    limit: asyncio.Timeout
    lease: Lease
    told: Callable[[float], object]
    _left: float = OWNERS_TIME.total_seconds()
    _waited: float = 0.0

    def for_owner(self, seconds: float) -> AbstractAsyncContextManager[float]:
        """Stand still while the flow waits for the owner; gives how many seconds they really have.

        Raises NeedsOwner where they have had all the time that there is, and LedgerError.
        """
        given = min(seconds, self._left)
        if given <= 0:
            raise NeedsOwner("this run has waited for its owner long enough")
        return self._still(given, counted=True)

    def for_person(self, seconds: float) -> AbstractAsyncContextManager[float]:
        """Stand still while a person has the page: see `renewal/by_hand.py`. Raises LedgerError."""
        return self._still(seconds, counted=False)

    @asynccontextmanager
    async def _still(self, seconds: float, *, counted: bool) -> AsyncIterator[float]:
        now = asyncio.get_running_loop().time
        began, before = now(), self._waited
        if counted:
            self._left -= seconds
        try:
            self._put_off(seconds)
            yield seconds
        finally:
            inside = self._waited - before  # a wait in the middle of this one has counted itself
            own = min(now() - began - inside, seconds)
            self._waited += own
            if counted:
                self._left += seconds - own
            if not self.limit.expired():
                self.limit.reschedule((self.limit.when() or now()) - (seconds - own))

    def _put_off(self, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        at = (self.limit.when() or now) + seconds
        self.limit.reschedule(at)
        self.lease.renew(at - now + GRACE)
        self.told(at - now)
