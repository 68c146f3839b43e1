"""The clockwork: begins every run when its time has come, never two of one account, never too many at once.

It remembers nothing that matters: whose turn it is comes from the ledger each time, so that a crash repeats
and forgets nothing. What a run does it does not know.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from loguru import logger

from runner.schedule.agenda import Entry, Standing, due

LOOK = timedelta(minutes=1)
"""So long at most nobody looks: the owner may have approved something, or a machine may have slept."""
PACE = timedelta(seconds=30)
"""The least time from one beginning to the next at one provider; up to three times that is drawn."""
FAREWELL = timedelta(minutes=13)
"""So long runs may still go on once the clockwork is told to stop: an owner who was asked just before has
ten minutes. Service managers wait a little longer (`cli/units.py`)."""
_LONGEST_REST = timedelta(hours=1)
_EVER = datetime.min.replace(tzinfo=UTC)

Look = Callable[[], Awaitable[tuple[list[Entry], Standing]]]
"""Reads the ledger: the next run of every account."""
Play = Callable[[Entry], Awaitable[None]]
"""Plays an account to its end. Cancelled, it ends the run in good order."""


@dataclass
class _Begun:
    """When an account was begun last, and how often in a row that left it as due as it was."""

    at: datetime
    in_vain: int = 0


class Clockwork:
    """Begins runs until it is told to stop. `parallel`: so many at the same time, with those that others
    play on this machine: somebody by hand, or what a daemon had begun that was killed.
    """

    def __init__(
        self,
        look: Look,
        play: Play,
        clock: Callable[[], datetime],
        *,
        parallel: int,
        every: timedelta = LOOK,
    ) -> None:
        self._look, self._play, self._clock = look, play, clock
        self._parallel, self._every = parallel, every
        self._playing: dict[str, asyncio.Task[None]] = {}
        self._begun: dict[str, _Begun] = {}
        self._free_at: dict[str, datetime] = {}
        self._stopping, self._woken = asyncio.Event(), asyncio.Event()

    def wake(self) -> None:
        """Look now: somebody has asked for a run, approved a payment, or paused a line."""
        self._woken.set()

    def stop(self) -> None:
        """Begin nothing more; `run` ends when all that is being played has ended. What still goes on after
        FAREWELL is told to end."""
        self._stopping.set()

    def hurry(self) -> None:
        """Tell what is being played to end now, in good order."""
        for task in self._playing.values():
            task.cancel()

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping.is_set()

    @property
    def playing(self) -> tuple[str, ...]:
        """The accounts that are being played."""
        return tuple(self._playing)

    @property
    def parallel(self) -> int:
        """How many may be played at the same time."""
        return self._parallel

    async def run(self) -> None:
        """Begin what is due, again and again, until `stop`."""
        stopping = asyncio.ensure_future(self._stopping.wait())
        woken = asyncio.ensure_future(self._woken.wait())
        try:
            while not self._stopping.is_set():
                self._put_away()
                if woken.done():
                    self._woken.clear()
                    woken = asyncio.ensure_future(self._woken.wait())
                entries, standing = await self._look()
                if self._stopping.is_set():
                    break
                wait = self._begin(entries, standing)
                await asyncio.wait(
                    {stopping, woken, *self._playing.values()},
                    timeout=wait.total_seconds(),
                    return_when=asyncio.FIRST_COMPLETED,
                )
        finally:
            stopping.cancel()
            woken.cancel()
            if self._playing:
                await asyncio.wait(self._playing.values(), timeout=FAREWELL.total_seconds())
                self.hurry()
                await asyncio.wait(self._playing.values())
            self._put_away()

    def _begin(self, entries: list[Entry], standing: Standing) -> timedelta:
        """Begin what is due now; gives the time until something else can be. What has ended while the
        ledger was read counts as being played, as it may be told of as it was before."""
        now = self._clock()
        later = [entry.at for entry in entries if entry.at > now]
        by_others = len(standing.here - self._playing.keys())
        for entry in due(entries, standing, now):
            name = entry.account.name
            if name in self._playing:
                continue
            if len(self._playing) + by_others >= self._parallel:
                break
            free = max(self._rested(entry), self._paced(entry))
            if free > now:
                later.append(free)
                continue
            self._start(entry, now)
        return max(min([*later, now + self._every]) - now, timedelta(0))

    def _rested(self, entry: Entry) -> datetime:
        """When it may be begun again: what it was begun for may be as due as before."""
        begun = self._begun.get(entry.account.name)
        if begun is None or entry.at > begun.at:
            return _EVER
        rest: timedelta = min(LOOK * 2**begun.in_vain, _LONGEST_REST)
        return begun.at + rest

    def _paced(self, entry: Entry) -> datetime:
        """When the provider may see the next one. What its owner has just wanted does not wait."""
        wanted = entry.why in ("approved", "asked")
        return _EVER if wanted else self._free_at.get(entry.account.flow, _EVER)

    def _start(self, entry: Entry, now: datetime) -> None:
        name = entry.account.name
        begun = self._begun.get(name)
        in_vain = begun.in_vain + 1 if begun is not None and entry.at <= begun.at else 0
        self._begun[name] = _Begun(now, in_vain)
        if entry.account.at == "live":  # the practice portals mind no herd
            self._free_at[entry.account.flow] = now + PACE + _drawn(2 * PACE, f"{name}|{now}")
        self._playing[name] = asyncio.ensure_future(self._play(entry))

    def _put_away(self) -> None:
        """Forget what has ended; what went wrong there is told."""
        for name, task in list(self._playing.items()):
            if not task.done():
                continue
            del self._playing[name]
            if not task.cancelled() and (error := task.exception()) is not None:
                logger.opt(exception=error).error("{} could not be played", name)


def _drawn(most: timedelta, seed: str) -> timedelta:
    """A time up to `most`, in whole seconds."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    return timedelta(seconds=number % (int(most.total_seconds()) + 1))
