"""Whether a policy and a schedule keep a line whose provider is out of reach on two days of three.

The last three days that a run may use, one after the other, have one on which the provider is reached.
So a line is safe if it is due early enough for three such days, whatever the gap between two runs: a run
that got nowhere is tried again a day later. One more day is kept for clocks, and for zones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import ceil
from typing import Any

from runner.config.cron import Cron
from runner.config.model import Account, Line
from runner.config.schedule import Adaptive, Daily, Every, Schedule
from runner.flow.expressions import Expression
from runner.renewal.policy import PolicyUnclear, decide, facts
from runner.renewal.quiet import QuietHours, last_day

IN_A_ROW = 3
"""Days on end of which one is good."""
_SPARE = 1
_FARTHEST = 45
"""Days before the end from which on nobody need be due."""
_FIRST = date(2024, 1, 1)
"""A leap year begins: in four years every kind of month comes."""


def doubts(
    account: Account, line: Line, quiet: QuietHours, seen: Mapping[str, Any], on: date
) -> Iterator[str]:
    """Why a line could be lost although its provider is there one day in three; nothing if it is safe.

    `seen` is its last reading, of the day `on`. Lines that don't end by themselves are safe.
    """
    when = line.policy.when if line.policy else None
    if when is None or account.schedule is None or last_day(seen, on) is None:
        return
    due = due_from(when, seen)
    if due is None:
        yield "its policy does not look at the days that are left: it may run out unseen"
        return
    gap = longest_gap(account.schedule)
    wanted = days_wanted(account.schedule, quiet) + gap - 2
    if due < wanted:
        yield (
            f"due from {due} days left on, with {gap} between two runs: to be safe where the provider is "
            f"out of reach two days of three, `days_left <= {wanted}` is needed"
            if wanted <= _FARTHEST
            else "its runs fall into quiet hours that last past midnight, too often to be safe"
        )


def due_from(when: Expression, seen: Mapping[str, Any]) -> int | None:
    """The most days left from which on, down to the last, the line is due; None: not even on it.

    All else is taken to stay as it was read.
    """
    today = date(2026, 1, 1)
    found = None
    for days in range(_FARTHEST + 1):
        end = today + timedelta(days=days)
        ends = {name: end for name in ("keep_until", "expires_on") if name in seen}
        try:
            due = decide(when, facts({**seen, **ends, "days_left": days}, today)).due
        except PolicyUnclear:
            due = False
        if not due:
            break
        found = days
    return found


def longest_gap(schedule: Schedule) -> int:
    """The most days from one run to the next, in the fortnight before a line's end."""
    if isinstance(schedule, Every):
        return max(1, ceil(schedule.gap / timedelta(days=1)))
    if isinstance(schedule, Daily | Adaptive):
        return 1
    days = [number for number in range(366 * 9) if schedule.on(_FIRST + timedelta(days=number))]
    return max((after - before for before, after in pairwise(days)), default=366)


def days_wanted(schedule: Schedule, quiet: QuietHours) -> int:
    """How many days on end, the last one included, hold three in a row that quiet hours leave free."""
    if not quiet.windows:
        return IN_A_ROW + _SPARE
    free, longest, since = 0, 0, 0
    for number in range(366 * 4):
        since += 1
        free = free + 1 if _is_free(_FIRST + timedelta(days=number), schedule, quiet) else 0
        if free >= IN_A_ROW:
            since = IN_A_ROW - 1  # the next three may begin with the last two of these
        longest = max(longest, since)
    return longest + 1 + _SPARE


def _is_free(day: date, schedule: Schedule, quiet: QuietHours) -> bool:
    """Whether a run of this day comes before midnight, quiet hours or not."""
    moment = datetime.combine(day, _latest(schedule), quiet.zone)
    end = quiet.until(moment)
    return end is None or end.astimezone(quiet.zone).date() == day


def _latest(schedule: Schedule) -> time:
    if isinstance(schedule, Daily | Adaptive):
        return schedule.end
    if isinstance(schedule, Cron):
        return time(schedule.hours[-1], schedule.minutes[-1])
    return time(12)
