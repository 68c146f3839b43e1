"""No line is lost while its provider is within reach one day in three.

Accounts are played over 400 days by the code that decides in runs: any schedule, any quiet hours, any
zone, and of every three days on end at least one on which the provider can be reached. What `doubts` finds
nothing wrong with must hold; what it warns of can be lost.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as some

from runner.config.model import Account, Caps
from runner.flow.model import Flow
from runner.renewal.quiet import QuietHours, last_day
from runner.renewal.recall import recall
from runner.schedule.ahead import Action
from runner.schedule.forecast import forecast
from runner.schedule.sane import days_wanted, doubts, longest_gap
from tests.schedule.lines import account, flow, known, read

ZONES = [
    "Asia/Tokyo",
    "Europe/London",
    "America/Los_Angeles",
    "Australia/Lord_Howe",
    "Pacific/Apia",
]
SCHEDULES = [
    "daily at 09:30..10:30", "adaptive at 09:30..10:30", "daily at 00:55", "daily at 00:00",
    "daily at 23:00..23:59", "daily at 02:30",
    "every 6 hours", "every 23 hours", "every 30 hours", "every 72 hours", "every 7 days",
    {"cron": "30 9 * * 1-5"}, {"cron": "0 2 1,15 * *"}, {"cron": "15 1,13 * * *"},
]  # fmt: skip
AVOIDED = [
    "daily at 01:00..05:00", "daily at 22:00..07:00", "on tue", "on 2nd tue at 23:00..12:00",
    "on last 3 days", "on last day, day 1", "daily at 02:00..03:00", "on sat, sun",
]  # fmt: skip
SITES = {
    "softbank-prepaid": ("3000yen", "3000 JPY", "expires_on", timedelta()),
    "povo": ("1GB", "390 JPY", "last_paid_on", timedelta(days=180)),
}


def play(
    account: Account, site: Flow, start: datetime, left: int, good: list[int], zone: str
) -> list[Action]:
    """What becomes of a line with so many days left. `good`: gaps between days on which it is reached."""
    _, _, name, kept = SITES[account.name]
    there = ZoneInfo(site.timezone)
    today = start.astimezone(there).date()
    reading = read(start, **{name: (today + timedelta(days=left) - kept).isoformat()})
    reached = set(accumulate(good * (410 // sum(good) + 1)))

    def reach(_: str, moment: datetime) -> bool:
        return (moment.astimezone(there).date() - today).days in reached

    found = forecast(
        [(account, site)], known(account, reading, start), start, start + timedelta(days=400),
        ZoneInfo(zone), Caps(), reach,
    )  # fmt: skip
    return found.actions


def is_sane(account: Account, site: Flow, start: datetime) -> bool:
    _, _, name, _ = SITES[account.name]
    quiet = QuietHours.of(account, site)
    seen = recall(read(start, **{name: start.date().isoformat()}))
    if name == "last_paid_on":
        seen["keep_until"] = start.date()
    assert last_day(seen, start.date()) is not None
    return not list(doubts(account, account.lines[0], quiet, seen, start.date()))


def assert_kept(actions: list[Action]) -> None:
    assert {action.what for action in actions} == {"renew"}


CASES = {
    "name": some.sampled_from(sorted(SITES)),
    "schedule": some.sampled_from(SCHEDULES),
    "avoid": some.lists(some.sampled_from(AVOIDED), max_size=2, unique=True),
    "zones": some.tuples(some.sampled_from(ZONES), some.sampled_from(ZONES)),
    "start": some.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1)),
    "good": some.lists(some.integers(1, 3), min_size=1, max_size=40),
    "earlier": some.integers(0, 3),
    "more": some.integers(0, 40),
}
HEALTHY = [HealthCheck.filter_too_much, HealthCheck.too_slow]


def no_line_is_lost(
    name: str,
    schedule: object,
    avoid: list[str],
    zones: tuple[str, str],
    start: datetime,
    good: list[int],
    earlier: int,
    more: int,
) -> None:
    site = flow(name, zones[0])
    plan, price, _, _ = SITES[name]
    begun = account(name, "1 == 1", plan, price, schedule, tuple(avoid))
    assert begun.schedule is not None
    gap = longest_gap(begun.schedule)
    due = days_wanted(begun.schedule, QuietHours.of(begun, site)) + gap - 2 + earlier
    assume(due <= 45)
    owned = account(name, f"days_left <= {due}", plan, price, schedule, tuple(avoid))
    now = start.replace(tzinfo=UTC)
    assert is_sane(owned, site, now)
    assert_kept(play(owned, site, now, due + gap + more, good, zones[1]))


@settings(max_examples=15, deadline=None, suppress_health_check=HEALTHY)
@given(**CASES)
@example(
    name="softbank-prepaid", schedule="every 72 hours", avoid=[], zones=("Asia/Tokyo", "Asia/Tokyo"),
    start=datetime(2026, 11, 21), good=[3], earlier=0, more=0,
)  # fmt: skip
def test_no_line_is_lost(**case: Any) -> None:
    no_line_is_lost(**case)


@pytest.mark.nightly
@settings(max_examples=1500, deadline=None, suppress_health_check=HEALTHY)
@given(**CASES)
def test_no_line_is_lost_in_many_more_cases(**case: Any) -> None:
    no_line_is_lost(**case)


@pytest.mark.parametrize(
    ("schedule", "due"), [("daily at 09:30", 1), ("every 7 days", 7), ({"cron": "0 9 1 * *"}, 7)]
)
def test_what_is_warned_of_can_be_lost(schedule: object, due: int) -> None:
    site = flow("softbank-prepaid", "Asia/Tokyo")
    late = account("softbank-prepaid", f"days_left <= {due}", schedule=schedule)
    start = datetime(2026, 11, 21, tzinfo=UTC)
    assert not is_sane(late, site, start)
    lost = [
        left
        for left in range(40, 47)
        if "ends" in {one.what for one in play(late, site, start, left, [3], "Asia/Tokyo")}
    ]
    assert lost


@pytest.mark.parametrize("schedule", ["daily at 09:30..10:30", "every 6 hours", "every 72 hours"])
def test_a_week_is_enough_for_a_usual_schedule(schedule: str) -> None:
    """`days_left <= 7`, as `kigen init` writes it."""
    site = flow("softbank-prepaid", "Asia/Tokyo")
    usual = account("softbank-prepaid", "days_left <= 7", schedule=schedule)
    assert is_sane(usual, site, datetime(2026, 11, 21, tzinfo=UTC))
