"""Attempts to sign in: the more are wrong, the longer the next one has to wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from runner.web.rates import MOST_NAMES

FREE = 5
"""Mistakes that cost no pause."""
LONGEST = 120.0
"""Seconds that one address ever has to wait."""
FREE_FOR_ALL = 60
"""Mistakes of all strangers together that cost no pause."""
LONGEST_FOR_ALL = 15.0
FORGOTTEN = 3600.0
"""Seconds after which mistakes no longer count."""


@dataclass
class _Count:
    mistakes: int = 0
    last: float = 0.0

    def pause(self, now: float, free: int, longest: float) -> float:
        """Seconds that are still to wait."""
        if now - self.last >= FORGOTTEN:
            self.mistakes = 0
        if self.mistakes < free:
            return 0.0
        wanted = (
            longest if self.mistakes - free > 10 else min(longest, 2.0 ** (self.mistakes - free))
        )
        return max(0.0, self.last + wanted - now)


class Attempts:
    """Counts mistakes for each address and for all. An address from which somebody signed in well
    does not wait for the mistakes of others: strangers can't keep the owner out."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._each: dict[str, _Count] = {}
        self._all = _Count()
        self._known: dict[str, None] = {}

    def begin(self, address: str) -> float:
        """Begin one: it counts as a mistake until it `went_well`. Gives the seconds to wait first,
        in which case it has not begun."""
        now = self._seconds()
        count = self._each.pop(address, None) or _Count()
        self._each[address] = count
        if len(self._each) > MOST_NAMES:
            del self._each[next(iter(self._each))]
        pause = count.pause(now, FREE, LONGEST)
        if address not in self._known:
            pause = max(pause, self._all.pause(now, FREE_FOR_ALL, LONGEST_FOR_ALL))
        if pause == 0.0:
            for one in (count, self._all):
                one.mistakes, one.last = one.mistakes + 1, now
        return pause

    def went_well(self, address: str) -> None:
        """The one that has begun was right."""
        self._each.pop(address, None)
        self._all.mistakes = max(0, self._all.mistakes - 1)
        self._known.pop(address, None)
        self._known[address] = None
        if len(self._known) > MOST_NAMES:
            del self._known[next(iter(self._known))]
