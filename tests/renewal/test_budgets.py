"""Since when a cap counts: from the beginning of the owner's day and month, whatever their clocks do."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from runner.config.model import Caps
from runner.renewal.budgets import budgets_of
from runner.values.money import Money

YEN = Money.parse("1000 JPY")


@pytest.mark.parametrize(
    ("zone", "now", "day", "month"),
    [
        ("Asia/Tokyo", "2027-01-31T14:59", "2027-01-30T15:00", "2026-12-31T15:00"),
        ("Asia/Tokyo", "2027-01-31T15:00", "2027-01-31T15:00", "2027-01-31T15:00"),
        ("Europe/London", "2027-03-28T12:00", "2027-03-28T00:00", "2027-03-01T00:00"),
        ("Europe/London", "2027-04-01T12:00", "2027-03-31T23:00", "2027-03-31T23:00"),
        ("America/Havana", "2026-11-01T04:30", "2026-11-01T04:00", "2026-11-01T04:00"),
        ("America/Havana", "2026-11-01T05:30", "2026-11-01T04:00", "2026-11-01T04:00"),
    ],
)
def test_a_day_and_a_month_begin_at_the_owner_s_midnight(
    zone: str, now: str, day: str, month: str
) -> None:
    """In Havana clocks go back from one to midnight, so that it comes twice."""
    here = datetime.fromisoformat(now).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    found = [one.since.astimezone(UTC) for one in budgets_of("x", Caps(day=YEN, month=YEN), here)]
    assert [f"{one:%Y-%m-%dT%H:%M}" for one in found] == [day, month]
