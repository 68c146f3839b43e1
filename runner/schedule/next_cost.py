"""What a line's next renewal costs, where that is certain: for many lines at once.

A forecast plays every run of the days to come. Here only the days are looked at on which a run is certain
to come, so that a thousand lines can be shown at a glance. What is told is what the forecast tells;
where a cap or a rare schedule leaves it open, nothing is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from runner.config.cron import Cron
from runner.config.model import Account, Caps
from runner.config.schedule import Every
from runner.flow.model import Flow
from runner.ledger.records import Budget
from runner.renewal.budgets import budgets_for, highest, over
from runner.schedule.ahead import LineAhead
from runner.schedule.forecast import Beginning, Known
from runner.schedule.times import FORTNIGHT
from runner.values.money import Money

FARTHEST = timedelta(days=400)
"""As far as a forecast looks, unless it is told otherwise."""
_DAY = timedelta(days=1)

Others = Callable[[Budget, tuple[str, str], str], Money | None]
"""The most that others than this line may spend of a budget before it begins anew, in a currency; None:
nobody can tell.
"""


def next_costs(
    account: Account,
    flow: Flow,
    known: Known,
    now: datetime,
    zone: ZoneInfo,
    caps: Caps,
    others: Others,
) -> dict[str, Money]:
    """The prices of the next renewals, by line; lines for which none is certain are not in it.

    `zone` is the owner's, `caps` are the workspace's.
    """
    if flow.kept_by == "owner":
        return {}
    stands = Beginning(account, flow, known, zone, caps)
    begun = (stands.line(line) for line in account.lines)
    lines = [line for line in begun if isinstance(line, LineAhead)]
    if not lines:
        return {}
    first = stands.ahead(lines).turn(now)
    return {
        line.line.name: price
        for line in lines
        if (price := _agreed(line)) is not None
        and (reached := _reached(line, first, now + FARTHEST)) is not None
        and _is_carried(line, price, (now, first, reached), zone, known, others)
    }


def _agreed(line: LineAhead) -> Money | None:
    plan = line.line.plan
    return plan.price if plan is not None else None


def _reached(line: LineAhead, first: datetime, until: datetime) -> datetime | None:
    """By when a run has come for certain to the point where it pays, before `until`. `first` is the
    account's next run.
    """
    zone = line.quiet.zone
    for day, certain in _days(line, first.astimezone(zone).date()):
        moment = first if day == first.astimezone(zone).date() else _noon(day, zone)
        if moment >= until:
            return None
        course = line.course(moment)
        if course.outcome is None and certain:
            return moment
        if course.outcome not in (None, "nothing_due") and course.wait is None:
            return None  # a run can't go on there
    return None


def _days(line: LineAhead, first: date) -> Iterator[tuple[date, bool]]:
    """The days of the next run and of the line's last fortnight, in order, and whether a run plays it
    then for certain; with those between, where its policy may be unclear on one day and clear on others.
    """
    end, schedule = line.end, line.account.schedule
    yield first, True
    if end is None or end < first:
        return
    day = first + _DAY if _may_turn_unclear(line) else max(first + _DAY, end - FORTNIGHT * _DAY)
    while day <= end:
        seldom = isinstance(schedule, Every) and schedule.gap > _DAY
        named = not isinstance(schedule, Cron) or schedule.on(day)
        # Quiet hours may take a whole day; on the last one they hold nothing back.
        kept = day == end or not line.quiet.windows
        yield day, named and kept and not seldom and (end - day).days < FORTNIGHT
        day += _DAY


def _may_turn_unclear(line: LineAhead) -> bool:
    """Whether a part of the policy is worked out on some days only. Without such parts, a policy that
    does not hold on one day has been worked out as a whole.
    """
    when = line.line.policy.when if line.line.policy else None
    return when is not None and re.search(r"\b(and|if)\b", when.text) is not None


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(12), zone)


def _is_carried(
    line: LineAhead,
    price: Money,
    moments: tuple[datetime, datetime, datetime],
    zone: ZoneInfo,
    known: Known,
    others: Others,
) -> bool:
    """Whether the caps carry it whenever it is paid: between the next run and the one that pays for
    certain. What was spent today or in this month counts only if it is paid then.
    """
    now, first, reached = (moment.astimezone(zone) for moment in moments)
    if _is_allowed(line, price, now, known, others):
        return True
    if not _is_allowed(line, price, reached, known, others):
        return False
    due = first
    while due < reached and line.course(due).outcome is not None:
        due += _DAY
    return _is_allowed(line, price, min(due, reached), known, others)


def _is_allowed(
    line: LineAhead, price: Money, here: datetime, known: Known, others: Others
) -> bool:
    """Whether the caps carry it, whatever the other lines have spent by then."""
    if not price.amount:
        return True
    own, account, workspace = line.line.caps, line.account.caps, line.workspace_caps
    budgets: Sequence[Budget] = budgets_for(
        own, account, workspace, here, line.account.name, line.line.name
    )
    if any(budget.cap.currency != price.currency for budget in budgets):
        return False
    total: dict[Budget, Money] = {}
    for budget in budgets:
        more = others(budget, (line.account.name, line.line.name), price.currency)
        if more is None:
            return False
        total[budget] = known.spent(budget, price.currency) + more
    return over(price, budgets, highest(own, account, workspace), total.__getitem__) is None
