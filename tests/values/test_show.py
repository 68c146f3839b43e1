"""Values as people read them, in four languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from runner.values.data import DataVolume
from runner.values.durations import Months
from runner.values.format import LANGUAGES, show
from runner.values.money import Money


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (Money(Decimal(1550), "JPY"), ("¥1,550", "1,550円", "JP¥1,550", "¥1,550")),
        (Money(Decimal("8.58"), "JPY"), ("¥8.58", "8.58円", "JP¥8.58", "¥8.58")),
        (Money(Decimal("-4.5"), "EUR"), ("-€4.50", "-€4.50", "-€4.50", "-€4.50")),
        (DataVolume(3_489_660_928), ("3.25 GB", "3.25 GB", "3.25 GB", "3.25 GB")),
        (DataVolume(None), ("unlimited", "無制限", "无限", "無限")),
        (
            date(2026, 12, 21),
            ("December 21, 2026", "2026年12月21日", "2026年12月21日", "2026年12月21日"),
        ),
        (
            datetime(2026, 12, 21, 9, 5, tzinfo=UTC),
            (
                "December 21, 2026 09:05",
                "2026年12月21日 09:05",
                "2026年12月21日 09:05",
                "2026年12月21日 09:05",
            ),
        ),
        (
            timedelta(days=10, minutes=90),
            (
                "10 days 1 hour 30 minutes",
                "10日1時間30分",
                "10 天 1 小时 30 分钟",
                "10 天 1 小時 30 分鐘",
            ),
        ),
        (timedelta(0), ("0 days", "0日", "0 天", "0 天")),
        (Months(6), ("6 months", "6か月", "6 个月", "6 個月")),
        (1234, ("1,234", "1,234", "1,234", "1,234")),
        ("text", ("text", "text", "text", "text")),
        (None, ("–", "–", "–", "–")),
    ],
)
def test_values_are_shown_in_every_language(value: Any, texts: tuple[str, ...]) -> None:
    assert tuple(show(value, language) for language in LANGUAGES) == texts


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no texts in `fr`"):
        show(1, "fr")
