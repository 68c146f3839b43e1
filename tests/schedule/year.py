"""A machine with a clock of its own: the real clockwork and agenda, runs that only pass the time, providers
that are out of reach at times, sleeps, and crashes of the daemon with or without its runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from runner.config.model import Account
from runner.flow.model import Flow
from runner.schedule.agenda import Entry, Standing, agenda, due
from runner.schedule.clockwork import Clockwork
from runner.schedule.turns import Turn
from tests.schedule.fast_loop import run_fast

OWNER = ZoneInfo("Europe/Berlin")
EVERY = timedelta(hours=1)
"""So long at most the simulated clockwork sleeps: it is woken by what is due."""
OUTCOMES = ["unreachable", "maintenance", "changed", "failed"]


@dataclass
class Done:
    """One run. `ended` None: it was cut off."""

    account: str
    began: datetime
    ended: datetime | None = None
    outcome: str | None = None


@dataclass
class Trouble:
    """From `at` on for so long. `sleep`: the clock jumps; `crash`: the daemon dies, `runs`: with its runs.

    A crash waits for the next run to begin; `at` is then when it came.
    """

    at: datetime
    lasts: timedelta
    kind: str


@dataclass
class Machine:
    """What is known survives everything, as a ledger does; `playing` is who holds leases.

    `most`: so many runs of one daemon at the same time. Those that outlive it are not the next one's.
    """

    accounts: Sequence[tuple[Account, Flow]]
    start: datetime
    chance: Random
    ends: dict[str, tuple[date, ...]] = field(default_factory=dict)
    parallel: int = 3
    bad: float = 0.04
    done: list[Done] = field(default_factory=list)
    turns: dict[str, Turn] = field(default_factory=dict)
    playing: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    most: int = 0
    not_due: int = 0
    _orphans: set[asyncio.Task[None]] = field(default_factory=set)
    _begins: asyncio.Event = field(default_factory=asyncio.Event)
    _slept: timedelta = timedelta(0)
    _calls: dict[str, tuple[()]] = field(default_factory=dict)

    def live(self, until: datetime, troubles: Sequence[Trouble]) -> None:
        """Let the time pass."""
        run_fast(self._live(until, troubles))

    def now(self) -> datetime:
        seconds = asyncio.get_running_loop().time()
        return self.start + self._slept + timedelta(seconds=seconds)

    async def _live(self, until: datetime, troubles: Sequence[Trouble]) -> None:
        clockwork = self._boot()
        for trouble in sorted(troubles, key=lambda one: one.at):
            await self._pass(trouble.at)
            trouble.at = self.now()  # the one before may have lasted longer
            if trouble.kind == "sleep":
                self._slept += trouble.lasts
                continue
            self._begins.clear()  # a crash strikes while a run is going on
            await self._begins.wait()
            await asyncio.sleep(self.chance.uniform(0, 4))
            trouble.at = self.now()
            clockwork.cancel()
            self._orphans = set(self.playing.values())
            if trouble.kind == "runs":
                for task in self.playing.values():
                    task.cancel()
            await asyncio.wait({clockwork})
            await self._pass(trouble.at + trouble.lasts)
            clockwork = self._boot()
        await self._pass(until)
        clockwork.cancel()
        await asyncio.wait({clockwork, *self.playing.values()})

    def _boot(self) -> asyncio.Task[None]:
        """The daemon as it starts: it knows nothing."""
        work = Clockwork(self._look, self._play, self.now, parallel=self.parallel, every=EVERY)

        async def run() -> None:
            running = asyncio.ensure_future(work.run())
            try:
                await asyncio.shield(running)
            except asyncio.CancelledError:  # it dies: no orderly end, and its runs are not its own
                running.remove_done_callback(lambda _: None)
                work.stop()
                raise

        return asyncio.ensure_future(run())

    async def _pass(self, until: datetime) -> None:
        while (left := (until - self.now()).total_seconds()) > 0:  # noqa: ASYNC110  not an event
            await asyncio.sleep(left)

    async def _look(self) -> tuple[list[Entry], Standing]:
        standing = self._standing()
        return agenda(self.accounts, standing, self.now(), OWNER), standing

    def _standing(self) -> Standing:
        return Standing(self.turns, self._calls, self.ends, frozenset(self.playing))

    async def _play(self, entry: Entry) -> None:
        """The process of a run: it asks anew whether it is due, and lives on without the daemon."""
        name, now, standing = entry.account.name, self.now(), self._standing()
        pair = [(entry.account, entry.flow)]
        if not due(agenda(pair, standing, now, OWNER), standing, now):
            self.not_due += 1
            return
        task = asyncio.ensure_future(self._run(entry, now))
        self.playing[name] = task
        task.add_done_callback(lambda _: self.playing.pop(name))
        self.most = max(self.most, len(set(self.playing.values()) - self._orphans))
        await asyncio.wait({task})

    async def _run(self, entry: Entry, now: datetime) -> None:
        name, last = entry.account.name, self.turns.get(entry.account.name)

        def turn(outcome: str | None) -> Turn:
            return last.then(now, outcome) if last else Turn(now, outcome)

        done = Done(name, now)
        self.done.append(done)
        self._begins.set()
        self.turns[name] = turn(None)
        await asyncio.sleep(self.chance.uniform(2, 40))
        bad = self.chance.random() < self.bad
        outcome = self.chance.choice(OUTCOMES) if bad else self._renew(entry, name)
        done.ended, done.outcome = self.now(), outcome
        self.turns[name] = turn(outcome)

    def _renew(self, entry: Entry, name: str) -> str:
        today = self.now().astimezone(ZoneInfo(entry.flow.timezone)).date()
        ends = self.ends.get(name, ())
        if not any((day - today).days <= 10 for day in ends):
            return "nothing_due"
        assert all(day >= today for day in ends), f"a line of {name} was lost"
        self.ends[name] = tuple(
            day + timedelta(days=90) if (day - today).days <= 10 else day for day in ends
        )
        return "renewed"

    def runs_of(self, name: str) -> list[Done]:
        return [one for one in self.done if one.account == name]


def troubles_of_a_year(start: datetime, chance: Random, days: int, count: int) -> list[Trouble]:
    """Sleeps and crashes at any moment: some short, some of days; none begins while another lasts."""
    found: list[Trouble] = []
    at = start
    for _ in range(count):
        at += timedelta(days=days / count * chance.uniform(0.5, 1.2))
        kind = chance.choice(["sleep", "crash", "runs"])
        longest = chance.choice([0.001, 0.001, 2, 12, 60])
        lasts = timedelta(hours=chance.uniform(0.0001, longest))
        found.append(Trouble(at, lasts, kind))
        at += lasts
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
