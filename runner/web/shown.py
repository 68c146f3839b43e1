"""Values and moments as a page says them: in its language, in the owner's time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_skeleton, format_timedelta

from runner.values.format import show, spaced
from runner.values.money import Money

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
Unit = Literal["day", "hour", "minute", "second"]


class Shown:
    """What templates show values with. `now`: the moment of the page."""

    def __init__(self, language: str, zone: ZoneInfo, now: datetime) -> None:
        self.language, self._zone, self._now = language, zone, now

    def value(self, value: Any) -> str:
        """A value of a reading, a price, a length of time."""
        if isinstance(value, Money):
            return _money(str(value), self.language)
        return show(value, self.language)

    def day(self, day: date) -> str:
        """A date, as short as it can be told with its year."""
        return _day(day, self.language)

    def short_day(self, day: date) -> str:
        """A date without its year."""
        return _short_day(day, self.language)

    def moment(self, moment: datetime) -> str:
        """A moment by the owner's clock, to the minute."""
        here = moment.astimezone(self._zone)
        return f"{self.day(here.date())} {here:%H:%M}"

    def exactly(self, moment: datetime) -> str:
        """A moment to the second, with the zone."""
        here = moment.astimezone(self._zone)
        return f"{_long_day(here.date(), self.language)} {here:%H:%M:%S} ({self._zone.key})"

    def relative(self, moment: datetime) -> str:
        """A moment as seen from now: in 3 hours, 2 days ago."""
        seconds = (moment - self._now).total_seconds()
        sign, length = (1 if seconds > 0 else -1), abs(seconds)
        for unit, size in (("day", _DAY), ("hour", _HOUR), ("minute", _MINUTE)):
            if length >= size * (1 if unit == "minute" else 1.5):
                return _relative(sign * round(length / size), unit, self.language)
        return _relative(sign * 1, "minute", self.language)

    def seconds(self, seconds: float) -> str:
        """How long a run took."""
        return self.length(seconds=max(1, round(seconds)))

    def length(self, **parts: int) -> str:
        """A length of time inside a sentence."""
        return show(timedelta(**parts), self.language)


@lru_cache(maxsize=4096)
def _money(text: str, language: str) -> str:
    return show(Money.parse(text), language)


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> str:
    return format_date(day, "medium", locale=_locale(language))


@lru_cache(maxsize=4096)
def _short_day(day: date, language: str) -> str:
    return format_skeleton("Md", datetime(day.year, day.month, day.day), locale=_locale(language))


@lru_cache(maxsize=4096)
def _long_day(day: date, language: str) -> str:
    return show(day, language)


@lru_cache(maxsize=4096)
def _relative(count: int, unit: Unit, language: str) -> str:
    length = timedelta(**{f"{unit}s": count})
    told = format_timedelta(
        length, granularity=unit, threshold=1e9, add_direction=True, locale=_locale(language)
    )
    return spaced(told, language)


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")
