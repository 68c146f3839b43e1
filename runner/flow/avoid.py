"""Times at which a provider is better left alone: nights of maintenance, busy ends of months.

    window = ("daily" | "on" days) ["at" HH:MM..HH:MM]          without `at`: the whole day
    days   = day {"," day}
    day    = mon … sun | ("1st" … "4th" | "last") mon … sun     of the month
           | "day" 1 … 31 | "last day" | "last" 2 … 7 "days"    of the month

Times are those of the provider's wall clock. A window that ends before it begins ends on the day after.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from runner.flow.base import Args, Grade
from runner.flow.scalars import Scalar, WrongText

_HINT = (
    "write it like `daily at 01:00..05:00`, `on tue, fri at 23:00..06:00`, `on 2nd tue at 02:00..06:00`, "
    "`on last day, day 1`"
)
_WINDOW = re.compile(r"(?:(daily)|on (.+?))(?: at (\d{1,2}:\d{2}) ?\.\. ?(\d{1,2}:\d{2}))?")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(rf"(?:(1st|2nd|3rd|4th|last) )?({'|'.join(_DAYS)})")
_OF_MONTH = re.compile(r"day (\d{1,2})")
_LAST = re.compile(r"last (?:day|([2-7]) days)")
_LONGEST_STRETCH = 64
"""Windows that are followed one into the next; `too_long` refuses what would need more."""
LONGEST = timedelta(days=7)
"""For so long at most a provider may be left alone on end."""
TOO_LONG = f"this leaves no time for more than {LONGEST.days} days on end: a line could be lost"

Days = Callable[[date], bool]


@dataclass(frozen=True)
class Window(Scalar):
    """One such time, again and again. `start` and `end` are minutes of the day."""

    text: str
    start: int
    end: int

    json_schema: ClassVar[dict[str, object]] = {
        "type": "string",
        "pattern": r"^(daily|on .+)( at \d{1,2}:\d{2} ?\.\. ?\d{1,2}:\d{2})?$",
        "examples": ["daily at 01:00..05:00"],
    }

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a window. Raises WrongText."""
        words = " ".join(text.split())
        match = _WINDOW.fullmatch(words)
        if match is None:
            raise WrongText(f"`{text}` is not a time to avoid", hint=_HINT)
        _, days, start, end = match.groups()
        _rules(days)
        if start is None:
            return cls(words, 0, 24 * 60)
        first, last = _minutes(start), _minutes(end)
        if first == last or first == 24 * 60:
            raise WrongText("this window has no length", hint=_HINT)
        return cls(words, first, last)

    def on(self, day: date) -> bool:
        """Whether it begins on a day."""
        match = _WINDOW.fullmatch(self.text)
        rules = _rules(match[2] if match else None)
        return not rules or any(rule(day) for rule in rules)

    def spans(self, moment: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """Beginning and end, in UTC, of those that may hold at a moment."""
        today = moment.astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            if self.on(day):
                over = self.end <= self.start
                start = _at(day, self.start, zone, fold=0)
                # Of an hour that comes twice, the second one is avoided, too.
                yield start, _at(day + timedelta(days=over), self.end, zone, fold=1)

    def __str__(self) -> str:
        return self.text


class Avoid(Args):
    """A time at which the provider is left alone, where that is known from."""

    short = "when"

    when: Window = Field(description="Such as `daily at 01:00..05:00`, in the flow's time zone.")
    evidence: Grade | None = None
    note: str | None = None


def closed_until(windows: Collection[Window], moment: datetime, zone: ZoneInfo) -> datetime | None:
    """The end, in UTC, of the windows that hold at a moment, one after the other; None: none holds."""
    end, at = None, moment
    for _ in range(_LONGEST_STRETCH):
        ends = [
            stop
            for window in windows
            for start, stop in window.spans(at, zone)
            if start <= at < stop
        ]
        if not ends:
            break
        end = at = max(ends)
    return end


def too_long(windows: Collection[Window]) -> bool:
    """Whether together they last longer on end than any provider is left alone."""
    zone = ZoneInfo("UTC")
    first = datetime(2024, 1, 1, tzinfo=UTC)  # a leap year has every kind of month
    moments = (first + timedelta(days=number) for number in range(366))
    return any(
        (end := closed_until(windows, moment, zone)) is not None and end - moment > LONGEST
        for moment in moments
    )


@lru_cache(maxsize=256)
def _rules(days: str | None) -> tuple[Days, ...]:
    """The days of a list; empty for every day. Raises WrongText."""
    return tuple(_rule(one.strip()) for one in days.split(",")) if days else ()


def _rule(text: str) -> Days:
    """The days that one word of the list means. Raises WrongText."""
    if match := _WEEKDAY.fullmatch(text):
        which, weekday = match[1], _DAYS.index(match[2])
        return lambda day: day.weekday() == weekday and _is_the(which, day)
    if (match := _OF_MONTH.fullmatch(text)) and 1 <= int(match[1]) <= 31:
        number = int(match[1])
        return lambda day: day.day == number
    if match := _LAST.fullmatch(text):
        count = int(match[1] or 1)
        return lambda day: day.day > monthrange(day.year, day.month)[1] - count
    raise WrongText(f"`{text}` names no day", hint=_HINT)


def _is_the(which: str | None, day: date) -> bool:
    """Whether a day is the first, second … or last of its weekday in the month."""
    if which is None:
        return True
    if which == "last":
        return day.day > monthrange(day.year, day.month)[1] - 7
    return (day.day - 1) // 7 == int(which[0]) - 1


def _minutes(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    if minutes > 59 or hours * 60 + minutes > 24 * 60:
        raise WrongText("a time of day is between 00:00 and 24:00", hint=_HINT)
    return hours * 60 + minutes


def _at(day: date, minutes: int, zone: ZoneInfo, *, fold: int) -> datetime:
    """A wall time in UTC; minutes 1440 are the midnight after."""
    days, rest = divmod(minutes, 24 * 60)
    clock = time(rest // 60, rest % 60, fold=fold)
    return datetime.combine(day + timedelta(days=days), clock, zone).astimezone(UTC)
