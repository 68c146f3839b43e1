"""Values and moments as pages say them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from runner.values.data import DataVolume
from runner.values.money import Money
from runner.web.shown import Shown

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["¥1,100", "12.50", "3.25 GB", "Nov 21, 2026 15:30", "in 3 hours", "2 days ago"]),
        ("ja", ["1,100円", "12.50", "3.25 GB", "2026/11/21 15:30", "3時間後", "2日前"]),
        ("zh-CN", ["JP¥1,100", "12.50", "3.25 GB", "2026年11月21日 15:30", "3 小时后", "2 天前"]),
        ("zh-TW", ["¥1,100", "12.50", "3.25 GB", "2026年11月21日 15:30", "3 小時後", "2 天前"]),
    ],
)
def test_values_are_as_people_write_them(language: str, said: list[str]) -> None:
    say = Shown(language, TOKYO, NOW)
    money, cents, data, moment, ahead, ago = said
    assert say.value(Money.parse("1100 JPY")) == money
    assert cents in say.value(Money.parse("12.50 EUR"))
    assert say.value(DataVolume.parse("3.25 GB")) == data
    assert say.moment(NOW) == moment
    assert say.relative(NOW + timedelta(hours=3)) == ahead
    assert say.relative(NOW - timedelta(days=2)) == ago
    assert say.value(None) == "–"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=-3), "1 minute ago"),
        (timedelta(0), "1 minute ago"),
        (timedelta(seconds=3), "in 1 minute"),
        (timedelta(minutes=89), "in 89 minutes"),
        (timedelta(minutes=91), "in 2 hours"),
        (timedelta(hours=35), "in 35 hours"),
        (timedelta(hours=37), "in 2 days"),
        (timedelta(days=400), "in 400 days"),
    ],
)
def test_moments_are_as_far_away_as_matters(length: timedelta, said: str) -> None:
    assert Shown("en", TOKYO, NOW).relative(NOW + length) == said


def test_a_moment_is_the_owners() -> None:
    say = Shown("en", TOKYO, NOW)
    late = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
    assert say.moment(late) == "Nov 22, 2026 01:00"
    assert say.exactly(late) == "November 22, 2026 01:00:00 (Asia/Tokyo)"
    assert say.short_day(date(2026, 11, 5)) == "11/5"
    assert (say.seconds(0.2), say.seconds(20.4)) == ("1 second", "20 seconds")
