"""Days left are counted today, and lines are ordered by danger."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from runner.ledger.records import Reading
from runner.views.danger import Danger, danger_of
from runner.views.lines import days_left

TOKYO = ZoneInfo("Asia/Tokyo")


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def reading(moment: datetime, expires_on: date | None, left: int | None) -> Reading:
    return Reading("1", "1", "a", "l", moment, None, expires_on, left, None, {})


@pytest.mark.parametrize(
    ("expires_on", "left", "days"),
    [
        (date(2026, 11, 30), 99, 9),  # the last day counts, whatever was read then
        (date(2026, 11, 20), None, -1),
        (None, 15, 10),  # read on the 16th, five days ago
        (None, None, None),
    ],
)
def test_days_left_today(expires_on: date | None, left: int | None, days: int | None) -> None:
    assert days_left(reading(at(16), expires_on, left), date(2026, 11, 21), TOKYO) == days


def test_the_day_of_a_reading_is_the_owner_s() -> None:
    evening = reading(at(15, 16), None, 15)  # the 16th in Tokyo
    assert days_left(evening, date(2026, 11, 21), TOKYO) == 10


@pytest.mark.parametrize(
    ("read", "days", "outcome", "danger"),
    [
        (True, -1, "renewed", Danger.EXPIRED),
        (True, 0, "renewed", Danger.URGENT),
        (True, 3, "renewed", Danger.URGENT),
        (True, 4, "renewed", Danger.SOON),
        (True, 7, "renewed", Danger.SOON),
        (True, 8, "renewed", Danger.FINE),
        (True, 8, "rejected", Danger.TROUBLE),
        (True, 2, "rejected", Danger.URGENT),
        (True, 8, "busy", Danger.FINE),
        (False, None, None, Danger.NOT_READ),
        (False, None, "maintenance", Danger.TROUBLE),
        (True, None, "read_only", Danger.NO_DATE),
    ],
)
def test_danger(read: bool, days: int | None, outcome: str | None, danger: Danger) -> None:
    assert danger_of(read, days, outcome) is danger
