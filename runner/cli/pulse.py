"""The dead-man's switch: an address is called after each good round, so that silence is noticed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

from runner.cli.targets import secrets_of
from runner.config.live import Settings
from runner.config.secrets import Unresolved
from runner.ledger.errors import LedgerError
from runner.schedule.agenda import Entry, Standing
from runner.schedule.overdue import overdue

if TYPE_CHECKING:
    from runner.config.home import Home
    from runner.config.monitoring import PingEntry
    from runner.config.references import Reference
    from runner.config.workspace import Workspace
    from runner.ledger.ledger import Ledger
    from runner.values.secret import Redactor

LEAST_FREE = 50_000_000
"""Bytes. With less, a run may not be able to keep what it has done."""
UNSEEN = timedelta(minutes=5)
"""Looks are a minute apart. After a longer gap the machine has slept, or nobody looks any more."""
AGAIN = 60.0
"""Seconds from one call to the next, at least."""


class Pulse:
    """Calls while a daemon runs. `timer` counts seconds; it may stand still while the machine sleeps."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        home: Home,
        redactor: Redactor,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._ledger = settings, ledger
        self._home, self._redactor, self._timer = home, redactor, timer
        self._began = self._seen = timer()
        self._awake: tuple[datetime, datetime] | None = None
        self._late: Sequence[Entry] | None = None
        self._old: str | None = None
        self._tried = self._called = float("-inf")
        self._told: str | None = None

    def looked(self, entries: Sequence[Entry], standing: Standing, now: datetime) -> None:
        """The daemon has looked whose turn it is."""
        since = now
        if self._awake is not None and now - self._awake[1] < UNSEEN:
            since = self._awake[0]
        self._awake, self._seen = (since, now), self._timer()
        self._late = overdue(entries, standing, now, since)
        self._old = old_settings(self._settings, now)

    def beat(self) -> None:
        """Call, where it is time to."""
        entry, now = self._settings.workspace.config.ping, self._timer()
        if entry is None or now < self._called + entry.every.total_seconds():
            return
        if now < self._tried + AGAIN or (self._late is None and now < self._began + AGAIN):
            return
        self._tried = now
        unseen = now - max(self._seen, self._began) > UNSEEN.total_seconds()
        wrong = (
            "nobody has looked whose turn it is"
            if self._late is None or unseen
            else wrong_with(self._late, self._ledger, self._home) or self._old
        )
        heard = call(entry, wrong, self._settings.workspace, self._home, self._redactor)
        if heard is None:
            self._called = now
        self._tell(wrong, heard)

    def _tell(self, wrong: str | None, heard: str | None) -> None:
        """Log what is wrong when it is news."""
        told = "; ".join(one for one in (wrong, heard) if one) or None
        if told == self._told:
            return
        if told is None:
            logger.info("all is well again, and the ping address has heard it")
        if wrong is not None:
            logger.warning("all is not well: {}", wrong)
        if heard is not None:
            logger.warning("the ping address was not called: {}", heard)
        self._told = told


def free_bytes(folder: Path) -> int:
    """What is left of the disk that a folder is on."""
    return shutil.disk_usage(folder).free


def wrong_with(
    late: Sequence[Entry],
    ledger: Ledger,
    home: Home,
    free: Callable[[Path], int] = free_bytes,
) -> str | None:
    """What keeps a round from being good; None where nothing does."""
    if late:
        others = f", and {len(late) - 1} more" if len(late) > 1 else ""
        return f"{late[0].account.name} is not played though its time has come{others}"
    if free(home.folder) < LEAST_FREE:
        return f"the disk of {home.folder} is full"
    try:
        ledger.leases.check_writable()
    except LedgerError as error:
        return str(error)
    return None


def old_settings(settings: Settings, now: datetime) -> str | None:
    """Why a daemon goes on by settings that are no longer those of the files; None where it does not, or
    where somebody may be editing them."""
    trouble = settings.trouble
    if trouble is None or not trouble.lasts(now):
        return None
    since, taken = (one.astimezone(settings.zone) for one in (trouble.since, trouble.taken))
    return (
        f"config.yaml or a flow is wrong since {since:%Y-%m-%d %H:%M}, and the version of "
        f"{taken:%Y-%m-%d %H:%M} holds"
    )


def call(
    entry: PingEntry, wrong: str | None, workspace: Workspace, home: Home, redactor: Redactor
) -> str | None:
    """Call the address for a good round, or for one that went wrong; gives why it was not heard."""
    reference: Reference | None = entry.url if wrong is None else entry.fail_url
    if reference is None:
        return None
    from runner.notify.ping import ping

    try:
        url = secrets_of(workspace, home, redactor).fetch(reference)
    except Unresolved as error:
        return str(error)
    return ping(url)
