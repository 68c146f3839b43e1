"""A year of the daemon, in seconds: what is due is done, nothing twice, spread, whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from statistics import mean
from zoneinfo import ZoneInfo

import pytest

from runner.config.model import Account
from runner.config.schedule import Adaptive, Daily, Every
from runner.flow.model import Flow
from runner.schedule.again import PAUSES
from runner.schedule.clockwork import PACE
from tests.schedule.lines import account, flow
from tests.schedule.year import EVERY, Machine, Trouble, at, troubles_of_a_year

START = at("2026-02-01T00:00")
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Europe/London"]
SCHEDULES: list[object] = [
    "daily at 09:30..10:30", "daily at 02:00..03:00", "adaptive at 08:00..20:00", "every 72 hours",
    {"cron": "30 9 * * 1-5"}, "adaptive at 02:30", "daily at 23:30", "every 30 hours",
]  # fmt: skip
DAY = timedelta(days=1)
SLACK = timedelta(hours=1)
"""For those that wait until another one has ended, and for the pace of a provider."""


def fleet(count: int, lines: int, chance: Random) -> Machine:
    """So many accounts of so many lines, of several providers, in all zones and with all schedules."""
    pairs, ends = [], {}
    for number in range(count):
        name = f"a{number}"
        made = account("softbank-prepaid", "days_left <= 10", schedule=SCHEDULES[number % 8])
        site = flow("softbank-prepaid", ZONES[number % 5])
        pairs.append(
            (replace(made, name=name, at="live", flow=f"site-{number % min(11, count // 3)}"), site)
        )
        ends[name] = tuple(
            START.date() + timedelta(days=chance.randint(12, 100)) for _ in range(lines)
        )
    return Machine(pairs, START, chance, ends, parallel=4)


def check(machine: Machine, troubles: Sequence[Trouble], until: datetime) -> None:
    """All that must hold of a year."""
    away = [(one.at, one.at + one.lasts + EVERY) for one in troubles]
    assert machine.most <= machine.parallel
    for made, site in machine.accounts:
        runs = machine.runs_of(made.name)
        assert all((early.ended or early.began) <= late.began for early, late in pairwise(runs)), (
            f"two runs of {made.name} at once"
        )
        if isinstance(made.schedule, Every):
            check_gaps(made, runs, away, made.schedule.gap)
        elif isinstance(made.schedule, Daily):
            check_days(made, site, machine, away, until)
        elif isinstance(made.schedule, Adaptive):
            assert len(runs) < 366
        today = until.astimezone(ZoneInfo(site.timezone)).date()
        assert all(day >= today for day in machine.ends[made.name]), "a line was lost"
    check_pace(machine, sum(one.kind != "sleep" for one in troubles))


def check_gaps(
    made: Account, runs: Sequence[object], away: list[tuple[datetime, datetime]], gap: timedelta
) -> None:
    """`every`: after a good run comes the next one a gap later, no sooner, and no later but by trouble."""
    for early, late in pairwise(runs):
        between = late.began - early.began  # type: ignore[attr-defined]
        if early.outcome not in PAUSES:  # type: ignore[attr-defined]
            assert between >= gap, f"{made.name} ran too early"
        due_at = early.began + gap  # type: ignore[attr-defined]
        if not any(begin - SLACK <= due_at <= end for begin, end in away):
            assert between <= gap + SLACK, f"{made.name} was forgotten"


def check_days(
    made: Account,
    site: Flow,
    machine: Machine,
    away: list[tuple[datetime, datetime]],
    until: datetime,
) -> None:
    """`daily`: on every day one run begins inside its window, and no second one that went well."""
    schedule, zone = made.schedule, ZoneInfo(site.timezone)
    assert isinstance(schedule, Daily)
    good = [one.began for one in machine.runs_of(made.name) if one.outcome not in PAUSES]
    began = [one.began for one in machine.runs_of(made.name)]
    slowed = [one.began for one in machine.runs_of(made.name) if one.outcome == "changed"]
    day = START.astimezone(zone).date() + timedelta(days=1)
    into: list[float] = []
    while (close := wall(day, schedule.end, zone)) + SLACK < until:
        opens = wall(day, schedule.start, zone)
        inside = [one for one in began if opens <= one <= close + SLACK]
        well = [one for one in good if opens <= one <= close + SLACK]
        disturbed = any(begin - SLACK <= close and opens <= end for begin, end in away)
        # A changed layout is looked at once a day, from whenever it was seen.
        if not disturbed and not any(opens - DAY <= one <= close for one in slowed):
            assert inside, f"{made.name} was not run on {day}"
            into += [(one - opens).total_seconds() for one in inside[:1]]
        # One that missed the day before may be made up for; the day's own comes besides.
        assert len(well) <= 1 + disturbed, f"{made.name} was run twice on {day}"
        day += timedelta(days=1)
    window = (wall(day, schedule.end, zone) - wall(day, schedule.start, zone)).total_seconds()
    if window and len(into) > 100:
        assert 0.4 < mean(into) / window < 0.62, "the runs are not spread in their window"
        assert len({int(one / 60) for one in into}) > 30


def check_pace(machine: Machine, crashes: int) -> None:
    """No herd at any provider, not even after a sleep, but for a daemon that has just begun."""
    flows = {made.name: made.flow for made, _ in machine.accounts}
    last: dict[str, datetime] = {}
    quick = 0
    for one in machine.done:
        site = flows[one.account]
        if site in last and one.began - last[site] < PACE:
            quick += 1
        last[site] = one.began
    assert quick <= crashes


def wall(day: date, moment: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, moment, zone).astimezone(UTC)


def live(count: int, lines: int, seed: int, days: int, troubles: int) -> Machine:
    chance = Random(seed)  # noqa: S311  the same year each time
    machine = fleet(count, lines, chance)
    until = START + timedelta(days=days)
    found = troubles_of_a_year(START, chance, days, troubles)
    machine.live(until, found)
    check(machine, found, until)
    return machine


def test_a_year_of_a_few_lines() -> None:
    machine = live(count=8, lines=2, seed=1, days=365, troubles=30)
    assert len(machine.done) > 1500
    assert {one.outcome for one in machine.done} >= {None, "renewed", "unreachable", "changed"}


def test_the_same_year_without_any_trouble() -> None:
    chance = Random(2)  # noqa: S311  the same year each time
    machine = fleet(8, 1, chance)
    machine.bad = 0
    until = START + timedelta(days=300, hours=5)
    machine.live(until, [])
    check(machine, [], until)
    assert {one.outcome for one in machine.done} == {"nothing_due", "renewed"}
    assert machine.not_due == 0


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(3))
def test_a_year_of_two_hundred_lines(seed: int) -> None:
    machine = live(count=100, lines=2, seed=100 + seed, days=365, troubles=60)
    assert len(machine.done) > 15_000
