"""Five fields of cron: minute, hour, day of the month, month, day of the week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)
_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d+))?")
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class WrongCron(ValueError):
    """A text that is no cron schedule."""

    hint = "five fields: minute, hour, day of the month, month, day of the week (0 is Sunday)"


@dataclass(frozen=True, slots=True)
class Cron:
    """When a cron text fires. As in cron, if both kinds of day are narrowed, either may match."""

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @classmethod
    @lru_cache(maxsize=256)  # a worker reads it anew for each run; kept answers hold on to it
    def parse(cls, text: str) -> Cron:
        """Read five fields; the same text is the same object. Raises WrongCron."""
        fields = text.split()
        if len(fields) != len(_FIELDS):
            raise WrongCron(f"cron has five fields, not {len(fields)}")
        minutes, hours, days, months, weekdays = (
            _field(part, *rule) for part, rule in zip(fields, _FIELDS, strict=True)
        )
        weekdays = frozenset(day % 7 for day in weekdays)
        cron = cls(
            " ".join(fields), tuple(sorted(minutes)), tuple(sorted(hours)), days, months, weekdays
        )
        if len(weekdays) == 7 and min(days) > max(_LONGEST_MONTH[month - 1] for month in months):
            raise WrongCron("these months never have such a day")
        return cron

    def on(self, day: date) -> bool:
        """Whether it fires on a day."""
        if day.month not in self.months:
            return False
        by_date, by_weekday = day.day in self.days, (day.isoweekday() % 7) in self.weekdays
        if len(self.days) < 31 and len(self.weekdays) < 7:
            return by_date or by_weekday
        return by_date and by_weekday

    def __str__(self) -> str:
        return f"cron {self.text}"


def _field(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise WrongCron(f"the {name} can't be read")
        first, last, step = match.groups()
        if first is None:
            start, stop = low, 6 if high == 7 else high
        else:
            start = _number(first, name, low, high, names)
            stop = _number(last, name, low, high, names) if last else high if step else start
        if start > stop or step == "0":
            raise WrongCron(f"the {name} names nothing")
        found.update(range(start, stop + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> int:
    if text.lower()[:3] in names and text.isalpha():
        return names.index(text.lower()[:3]) + low
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise WrongCron(f"the {name} is between {low} and {high}")
    return int(text)
