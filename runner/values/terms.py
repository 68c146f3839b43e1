"""Periods and terms: `Oct 21 – Nov 20`, `毎月1日`, `62 days from day of recharge`, `長期有効`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from runner.values.context import ReadAs
from runner.values.dates import day_and_time
from runner.values.days import FoundDate, find_dates
from runner.values.durations import AT_MOST, RECURS, Duration, Months, duration
from runner.values.errors import reading
from runner.values.plain import plain

Start = Literal["recharge", "day_after_expiry"]
_STARTS: dict[Start, re.Pattern[str]] = {
    "day_after_expiry": re.compile(r"有効期限の翌日から|the day after (?:it|the \w+) expir", re.I),
    "recharge": re.compile(
        r"from (?:the )?(?:day|date) of recharge|チャージ日?から|充值日?起", re.I
    ),
}
_OTHER_START = re.compile(r"から|\bfrom\b|\bafter\b|起", re.I)
_FOREVER = re.compile(
    r"期限なし|無期限|长期有效|長期有效|永久有效|\bno expiry\b|\bnever expires\b", re.I
)
_MONTHLY = re.compile(r"(?:毎月|每月)\s?(?:(?P<day>[0-9]{1,2})\s?[日号]|(?P<last>末日?|月底))")
_EVERY = re.compile(r"(?:\bevery\b|\beach\b|每|毎)\s?(?P<span>.+)", re.I)
_EVERY_ONE = re.compile(r"day|week|month|year|日|週|月|年|周|天", re.I)
_WORDS = {"日": "1日", "週": "1週", "周": "1周", "月": "1か月", "年": "1年", "天": "1天"}


@dataclass(frozen=True, slots=True)
class DateRange:
    """From one day to another, both included."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start} – {self.end}"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often something comes; `day` is the day of the month, -1 its last."""

    every: Duration
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """How long something is valid: until a day or moment, for a time, or for ever.

    `counted_from` says from when `lasts` counts, where the text says it. `at_most`: it may end before.
    """

    until: date | datetime | None = None
    lasts: Duration | None = None
    counted_from: Start | None = None
    at_most: bool = False
    forever: bool = False


def read_date_range(text: str, how: ReadAs) -> DateRange:
    """A period of two dates. A missing year is taken from the other date. Raises Unreadable."""
    with reading("date_range", text):
        clean = plain(text, "date_range")
        found = find_dates(clean, how)
        if len(found) != 2:
            raise ValueError("it is not one date up to another")
        first, last = found
        between = clean[first.end : last.start]
        rest = clean[: first.start] + clean[last.end :]
        if not re.fullmatch(r"\s*(?:~|-|to|until|から|至)\s*", between, re.I) or re.search(
            r"[0-9�]", rest
        ):
            raise ValueError("it is not one date up to another")
        return _ordered(first, last)


def _ordered(first: FoundDate, last: FoundDate) -> DateRange:
    start, end = first.day, last.day
    if not first.certain and last.certain:
        start = start.replace(year=end.year)
    if not last.certain and first.certain:
        end = end.replace(year=start.year)
    if start > end and not first.certain:
        start = start.replace(year=start.year - 1)
    elif start > end and not last.certain:
        end = end.replace(year=end.year + 1)
    if start > end:
        raise ValueError("it ends before it starts")
    return DateRange(start, end)


def read_recurrence(text: str, how: ReadAs) -> Recurrence:
    """How often: `毎月1日`, `every 180 days`. Raises Unreadable."""
    with reading("recurrence", text):
        clean = plain(text, "recurrence")
        if match := _MONTHLY.search(clean):
            if re.search(r"[0-9�]", clean[: match.start()] + clean[match.end() :]):
                raise ValueError("it holds more than a day of the month")
            day = -1 if match["last"] else int(match["day"])
            if day != -1 and not 1 <= day <= 31:
                raise ValueError(f"no month has a day {day}")
            return Recurrence(Months(1), day)
        every = _EVERY.search(clean)
        if every is None:
            raise ValueError("it does not say how often")
        span = every["span"].strip()
        if _EVERY_ONE.fullmatch(span):
            span = _WORDS.get(span, f"1 {span}")
        return Recurrence(duration(clean[: every.start()] + span, how))


def read_validity(text: str, how: ReadAs) -> Validity:
    """How long something is valid. Raises Unreadable."""
    with reading("validity", text):
        clean = plain(text, "validity")
        if RECURS.search(clean):
            raise ValueError("it says how often, not how long (kind: recurrence)")
        if _FOREVER.search(clean):
            if re.search(r"[0-9�]", clean):
                raise ValueError("it says that it has no end, and something else")
            return Validity(forever=True)
        try:
            day, moment = day_and_time(clean, how)
        except ValueError:
            return _lasting(clean, how)
        return Validity(until=day if moment is None else moment.on(day, how))


def _lasting(clean: str, how: ReadAs) -> Validity:
    lasts = duration(clean, how)
    if lasts in (timedelta(0), Months(0)):
        raise ValueError("what lasts no time is not valid at all")
    start = next((name for name, words in _STARTS.items() if words.search(clean)), None)
    if start is None and _OTHER_START.search(clean):
        raise ValueError("from when it counts is not clear")
    return Validity(lasts=lasts, counted_from=start, at_most=bool(AT_MOST.search(clean)))
