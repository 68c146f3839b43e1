"""The clockwork by itself: how many at once, what is left alone for a while, and how it stops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from runner.schedule.agenda import Entry, Standing, Why
from runner.schedule.clockwork import FAREWELL, PACE, Clockwork
from tests.schedule.fast_loop import run_fast
from tests.schedule.lines import account, flow

START = datetime(2026, 11, 21, tzinfo=UTC)
SITE = flow("softbank-prepaid", "Asia/Tokyo")
ACCOUNT = account("softbank-prepaid", "days_left <= 7")


def entry(name: str, why: Why = "due", at: datetime = START, **more: str) -> Entry:
    return Entry(replace(ACCOUNT, name=name, **{"at": "live", **more}), SITE, at, why)  # type: ignore[arg-type]


def now() -> datetime:
    return START + timedelta(seconds=asyncio.get_running_loop().time())


class Bench:
    """What is due until it has been played; each run takes so many seconds."""

    def __init__(
        self, *entries: Entry, parallel: int = 9, settles: bool = True, takes: float = 60
    ) -> None:
        self.waiting, self.takes = list(entries), takes
        self.settles = settles
        self.began: list[tuple[str, float]] = []
        self.ended: list[str] = []
        self.cut: list[str] = []
        self.broken = 0
        self.by_others: dict[str, float] = {}
        self.slow = 0.0
        self.work = Clockwork(self.look, self.play, now, parallel=parallel)

    async def look(self) -> tuple[list[Entry], Standing]:
        time = asyncio.get_running_loop().time()
        others = frozenset(name for name, end in self.by_others.items() if time < end)
        here = others.union(self.work.playing)
        found = list(self.waiting), Standing({}, {}, {}, others, here=here)
        await asyncio.sleep(self.slow)
        return found

    async def play(self, entry: Entry) -> None:
        self.began.append((entry.account.name, asyncio.get_running_loop().time()))
        if self.broken:
            self.broken -= 1
            raise OSError("no process to be had")
        try:
            await asyncio.sleep(self.takes)
        except asyncio.CancelledError:
            self.cut.append(entry.account.name)
            raise
        self.ended.append(entry.account.name)
        if self.settles:
            self.waiting.remove(entry)

    def live(self, seconds: float, then: Callable[[], object] | None = None) -> None:
        async def main() -> None:
            running = asyncio.ensure_future(self.work.run())
            await asyncio.sleep(seconds)
            if then is not None:
                then()
            self.work.stop()
            await running

        coming: Coroutine[Any, Any, None] = main()
        run_fast(coming)


def test_no_more_at_once_than_allowed() -> None:
    bench = Bench(*(entry(f"a{n}", flow=f"site-{n}") for n in range(6)), parallel=2)
    bench.live(1000)
    times = [at for _, at in bench.began]
    assert [times.count(at) for at in sorted(set(times))] == [2, 2, 2]
    assert len(bench.ended) == 6


def test_what_others_play_counts_as_well() -> None:
    """A daemon was killed, and what it had begun goes on beside the next one."""
    bench = Bench(*(entry(f"a{n}", flow=f"site-{n}") for n in range(3)), parallel=2)
    bench.by_others = {"orphan": 90}
    bench.live(1000)
    assert bench.began == [("a0", 0), ("a1", 60), ("a2", 120)]


def test_what_it_plays_itself_counts_once() -> None:
    bench = Bench(
        entry("a"), entry("b", at=START + timedelta(seconds=10), flow="other"), parallel=2
    )
    bench.live(100)
    assert bench.began == [("a", 0), ("b", 10)]


def test_those_of_one_provider_come_one_after_the_other() -> None:
    bench = Bench(*(entry(f"a{n}") for n in range(5)), entry("approved", "approved"))
    bench.live(1000)
    times = dict(bench.began)
    assert times.pop("approved") == 0  # its owner waits
    apart = sorted(times.values())
    gaps = [late - early for early, late in pairwise(apart)]
    assert all(PACE.total_seconds() <= gap <= 3 * PACE.total_seconds() for gap in gaps)


def test_what_is_as_due_as_before_is_left_alone_for_longer_and_longer() -> None:
    bench = Bench(entry("a"), settles=False)
    bench.live(4 * 3600)
    gaps = [late[1] - early[1] for early, late in pairwise(bench.began)]
    assert [round(gap / 60) for gap in gaps] == [1, 2, 4, 8, 16, 32, 60, 60]


class Hourly(Bench):
    """Due every hour; the sixth run leaves it as due as it was."""

    async def play(self, due: Entry) -> None:
        self.settles = len(self.began) < 5
        await super().play(due)
        if self.settles:
            self.waiting.append(entry("a", at=START + timedelta(hours=len(self.began))))


def test_runs_that_went_well_do_not_count_against_one_that_did_not() -> None:
    bench = Hourly(entry("a"))
    bench.live(6 * 3600)
    gaps = [late[1] - early[1] for early, late in pairwise(bench.began)]
    assert [round(gap / 60) for gap in gaps][:8] == [60, 60, 60, 60, 60, 1, 2, 4]


def test_what_ends_while_the_ledger_is_read_is_not_begun_again() -> None:
    """It stands in what was read as it was before it was played."""
    bench = Bench(entry("a"))
    bench.slow = 5

    async def main() -> None:
        running = asyncio.ensure_future(bench.work.run())
        await asyncio.sleep(62)
        bench.work.wake()
        await asyncio.sleep(300)
        bench.work.stop()
        await running

    run_fast(main())
    assert (bench.began, bench.ended) == ([("a", 5)], ["a"])


def test_told_to_stop_while_the_ledger_is_read_it_begins_nothing() -> None:
    bench = Bench(entry("a"))
    bench.slow = 5
    bench.live(2)
    assert bench.began == []


def test_a_run_that_can_t_be_begun_does_not_end_the_clockwork() -> None:
    bench = Bench(entry("a"))
    bench.broken = 2
    bench.live(1000)
    assert (len(bench.began), bench.ended) == (3, ["a"])


def test_told_to_stop_it_begins_nothing_and_waits() -> None:
    bench = Bench(entry("a"), entry("b", flow="other"), parallel=1)
    bench.live(10)
    assert ([name for name, _ in bench.began], bench.ended) == (["a"], ["a"])


def test_what_still_goes_on_long_after_it_was_told_to_stop_is_stopped() -> None:
    farewell = FAREWELL.total_seconds()
    bench = Bench(entry("a"), takes=farewell)
    bench.live(10)
    assert (bench.cut, bench.ended) == ([], ["a"])
    bench = Bench(entry("a"), takes=farewell + 20)
    bench.live(10)
    assert (bench.cut, bench.ended, bench.work.playing) == (["a"], [], ())


def test_told_to_hurry_it_stops_what_is_played() -> None:
    bench = Bench(entry("a"))
    bench.live(10, lambda: (bench.work.stop(), bench.work.hurry()))
    assert (bench.cut, bench.ended, bench.work.playing) == (["a"], [], ())


def test_what_is_asked_for_waits_neither_for_the_next_look_nor_for_its_pace() -> None:
    bench = Bench(entry("a"))

    def ask() -> None:
        bench.waiting.append(entry("b", "asked", START + timedelta(seconds=10)))
        bench.work.wake()

    async def main() -> None:
        running = asyncio.ensure_future(bench.work.run())
        await asyncio.sleep(10)
        ask()
        await asyncio.sleep(1000)
        bench.work.stop()
        await running

    run_fast(main())
    assert bench.began == [("a", 0), ("b", 10)]


def test_what_is_asked_for_waits_while_too_many_are_played() -> None:
    bench = Bench(entry("a"), entry("b", "asked", flow="other"), parallel=1)
    bench.live(1000)
    assert [at for _, at in bench.began] == [0, 60]
