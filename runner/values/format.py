"""Showing values to people, in their own language."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from runner.values.data import DataVolume
from runner.values.durations import Months
from runner.values.money import Money

if TYPE_CHECKING:
    from babel.core import Locale

LANGUAGES = ("en", "ja", "zh-CN", "zh-TW")
_UNLIMITED = {"en": "unlimited", "ja": "無制限", "zh-CN": "无限", "zh-TW": "無限"}
_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))


def show(value: Any, language: str) -> str:
    """A value as text for people who read this language: one of LANGUAGES.

    Lists and mappings are no values of one line: they are shown as they are.
    Raises ValueError for another language.
    """
    locale = _locale(language)
    if value is None:
        return "–"
    if isinstance(value, Money):
        return _money(value, locale)
    if isinstance(value, DataVolume):
        return _data(value, language, locale)
    if isinstance(value, timedelta | Months):
        return _duration(value, locale)
    if isinstance(value, date):
        return _moment(value, locale)
    if isinstance(value, int) and not isinstance(value, bool):
        from babel.numbers import format_decimal

        return format_decimal(value, locale=locale)
    return str(value)


def spaced(told: str, language: str) -> str:
    """Numbers beside words as the language sets them: `7日` in Japanese, `7 天` in Chinese."""
    space = "" if language == "ja" else " "
    return re.sub(r"(\d) ?(?=[\u3040-\u9fff])", rf"\1{space}", told)


@cache
def _locale(language: str) -> Locale:
    from babel.core import Locale

    if language not in LANGUAGES:
        raise ValueError(f"no texts in `{language}`, only in {', '.join(LANGUAGES)}")
    return Locale.parse(language, sep="-")


def _money(money: Money, locale: Locale) -> str:
    from babel.numbers import format_currency, get_currency_precision

    exact = -int(money.amount.as_tuple().exponent) > get_currency_precision(money.currency)
    # Japan's carriers write 550円; babel's own pattern for Japanese is ￥550.
    named = locale.language == "ja" and money.currency == "JPY"
    return format_currency(
        money.amount,
        money.currency,
        "#,##0¤¤¤" if named else None,
        locale=locale,
        currency_digits=not exact,
        decimal_quantization=False,
    )


def _data(volume: DataVolume, language: str, locale: Locale) -> str:
    from babel.numbers import format_decimal

    if volume.bytes is None:
        return _UNLIMITED[language]
    amount, unit = volume.in_units()
    return f"{format_decimal(amount, '#,##0.##', locale=locale)} {unit}"


def _moment(value: date, locale: Locale) -> str:
    from babel.dates import format_date

    if isinstance(value, datetime):
        return f"{format_date(value.date(), 'long', locale=locale)} {value:%H:%M}"
    return format_date(value, "long", locale=locale)


def _duration(value: timedelta | Months, locale: Locale) -> str:
    if isinstance(value, Months):
        return _amount(value.count, "month", locale)
    seconds = int(value.total_seconds())
    minus, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    parts = []
    for unit, size in _UNITS:
        amount, seconds = divmod(seconds, size)
        if amount:
            parts.append(_amount(amount, unit, locale))
    space = "" if locale.language == "ja" else " "
    return minus + space.join(parts) if parts else _amount(0, "day", locale)


def _amount(amount: int, unit: str, locale: Locale) -> str:
    from babel.units import format_unit

    # babel has long names of durations for English only; in the others the short one is the word.
    length: Literal["long", "short"] = "long" if locale.language == "en" else "short"
    return spaced(format_unit(amount, f"duration-{unit}", length, locale=locale), locale.language)
