"""Durations: `残り10日と1時間30分`, `3 days`, `1か月`. Months have no fixed length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from runner.values.context import ReadAs
from runner.values.errors import reading
from runner.values.figures import NUMBER, number
from runner.values.plain import plain

LONGEST = 36_500
"""Days. What lasts longer than a century is no duration of a phone line."""
_UNITS: dict[str, str] = {
    "year": r"年間?|years?|yrs?|ans?",
    "month": r"(?:か|ヶ|ケ|カ|ヵ|箇|个|個)月間?|months?|mois",
    "week": r"週間?|周|weeks?|wks?",
    "day": r"日間?|天|days?|jours?",
    "hour": r"時間|个?小时|個?小時|hours?|hrs?|hr?|heures?",
    "minute": r"分間?|分钟|分鐘|minutes?|mins?",
    "second": r"秒間?|seconds?|secs?|s",
}
_UNIT = "|".join(rf"(?P<{name}>(?:{words})(?![a-z]))" for name, words in _UNITS.items())
_PART = re.compile(rf"(?P<number>{NUMBER})\s?(?:{_UNIT})", re.I)
_ALONE = re.compile(_UNIT, re.I)
_HALF = re.compile(r"(?P<half>半年)間?")
_JOIN = re.compile(r"\s*(?:と|,|、|and|et)?\s*", re.I)
_SECONDS = {"week": 604_800, "day": 86_400, "hour": 3600, "minute": 60, "second": 1}
RECURS = re.compile(r"毎|每|\bevery\b|\beach\b", re.I)
AT_MOST = re.compile(r"最大|最長|最长|以内|\bup to\b|\bat most\b|\bwithin\b|\bin the next\b", re.I)


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """So many calendar months. Not a number of days: providers count these as the calendar does."""

    count: int

    def __str__(self) -> str:
        return "1 month" if self.count == 1 else f"{self.count} months"


Duration = timedelta | Months


def read_duration(text: str, how: ReadAs) -> Duration:
    """The one duration of a text. Raises Unreadable; a limit (`最大360日間`) is a kind of validity."""
    with reading("duration", text):
        clean = plain(text, "duration")
        if RECURS.search(clean):
            raise ValueError("it says how often, not how long (kind: recurrence)")
        if AT_MOST.search(clean):
            raise ValueError("it is a limit, not a duration (kind: validity)")
        return duration(clean, how)


def duration(clean: str, how: ReadAs) -> Duration:
    """The one duration in a plain text. Raises ValueError."""
    if half := _HALF.search(clean):
        _nothing_else(clean, half.start(), half.end())
        return Months(6)
    first = _PART.search(clean)
    if first is None:
        raise ValueError("it holds no duration")
    parts, end = [first], first.end()
    while True:
        joined = _JOIN.match(clean, end)
        following = _PART.match(clean, joined.end() if joined else end)
        if following is None:
            break
        parts.append(following)
        end = following.end()
    _nothing_else(clean, first.start(), end)
    return _sum(parts, how)


def per_unit(text: str, how: ReadAs) -> Duration | None:
    """The duration that a price is for: `6秒`, `min`, `yr`; None where the text is none."""
    clean = text.strip()
    if _ALONE.fullmatch(clean):
        clean = f"1 {clean}"
    return duration(clean, how) if _PART.fullmatch(clean) else None


def _nothing_else(clean: str, start: int, end: int) -> None:
    if re.search(r"[0-9�]", clean[:start] + clean[end:]):
        raise ValueError("it holds more than a duration")
    if re.search(r"[-▲]\s?$", clean[:start]):
        raise ValueError("a duration has no minus")


def _sum(parts: list[re.Match[str]], how: ReadAs) -> Duration:
    amounts: dict[str, Decimal] = {}
    for part in parts:
        name = str(part.lastgroup)
        if name in amounts:
            raise ValueError(f"it names {name}s twice")
        amounts[name] = number(part["number"], how)
    months = amounts.pop("month", Decimal(0)) + amounts.pop("year", Decimal(0)) * 12
    if months:
        if amounts or months != int(months) or months * 30 > LONGEST:
            raise ValueError("months and years have no fixed length in days")
        return Months(int(months))
    seconds = sum((amount * _SECONDS[name] for name, amount in amounts.items()), Decimal(0))
    if seconds > LONGEST * 86_400 or seconds != int(seconds):
        raise ValueError("no line lasts that long, or so small a part of a second")
    return timedelta(seconds=int(seconds))
