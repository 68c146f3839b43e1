"""Times of day: `23:59`, `午後11:59`, `24時`, `25:00`, `09:00～20:00`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from runner.values.context import ReadAs
from runner.values.errors import reading
from runner.values.plain import plain

_TIME = re.compile(
    r"(?P<half>午前|午後|上午|下午)?\s?(?<![0-9:.])(?:"
    r"(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2})(?:\.[0-9]{1,9})?)?(?![0-9:])"
    r"|(?P<kh>[0-9]{1,2})[時时点](?!間|间)(?:(?P<km>[0-9]{1,2})分(?:(?P<ks>[0-9]{1,2})秒)?|(?P<thirty>半))?"
    r"|(?P<eh>[0-9]{1,2})(?=\s?[ap]\.?m\b))"
    r"(?:\s?(?P<ampm>[ap])\.?m\b\.?)?"
    r"(?:\s?\(?(?P<zone>Z|UTC|GMT|JST|[+-][0-9]{2}:?[0-9]{2})\b\)?)?"
    r"|(?P<noon>正午|\bnoon\b)",
    re.I,
)
_OTHER_ZONE = re.compile(r"\b(?!UTC|JST|GMT)[A-Z]{1,4}T\b|\b(?:UTC|GMT)\s?[+-]")


@dataclass(frozen=True, slots=True, order=True)
class TimeOfDay:
    """A time of day, so many days after the day that it is named with: `25:00` is 01:00, 1 day after."""

    days: int
    at: time

    def __str__(self) -> str:
        later = "" if not self.days else f" (+{self.days} day)"
        return self.at.isoformat("seconds" if self.at.second else "minutes") + later


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From one time of day to another."""

    start: TimeOfDay
    end: TimeOfDay

    def __str__(self) -> str:
        return f"{self.start} – {self.end}"


@dataclass(frozen=True, slots=True)
class FoundTime:
    """A time in a text, where it stands, and its zone where the text names one."""

    value: TimeOfDay
    zone: tzinfo | None
    start: int
    end: int

    def on(self, day: date, how: ReadAs) -> datetime:
        """The moment on that day, in the text's zone, else in the site's."""
        moment = datetime.combine(day, self.value.at, self.zone or how.now.tzinfo)
        return moment + timedelta(days=self.value.days)


def read_time(text: str, how: ReadAs) -> TimeOfDay:
    """The one time of day of a text. Raises Unreadable."""
    with reading("time", text):
        clean = plain(text, "time")
        found = find_times(clean)
        if len(found) != 1:
            raise ValueError("it is not one time of day")
        _nothing_else(clean[: found[0].start] + clean[found[0].end :])
        return found[0].value


def read_time_range(text: str, how: ReadAs) -> TimeRange:
    """A range such as `09:00～20:00`. One that ends before it starts ends on the next day.

    Raises Unreadable.
    """
    with reading("time_range", text):
        clean = plain(text, "time_range")
        found = find_times(clean)
        if len(found) != 2:
            raise ValueError("it is not one time up to another")
        first, last = found
        if not re.fullmatch(r"\s*(?:~|-|to|から|至)\s*", clean[first.end : last.start]):
            raise ValueError("it is not one time up to another")
        _nothing_else(clean[: first.start] + clean[last.end :])
        start, end = first.value, last.value
        return TimeRange(start, TimeOfDay(1, end.at) if end < start else end)


def find_times(clean: str) -> list[FoundTime]:
    """Every time in a plain text. Raises ValueError for one that does not exist."""
    found = [_found(match) for match in _TIME.finditer(clean)]
    if found and (zone := _OTHER_ZONE.search(clean)):
        raise ValueError(f"its time zone `{zone[0]}` is not one that is known for certain")
    return found


def _nothing_else(rest: str) -> None:
    if re.search(r"[0-9�]", rest):
        raise ValueError("it holds more than that")


def _found(match: re.Match[str]) -> FoundTime:
    if match["noon"]:
        return FoundTime(TimeOfDay(0, time(12)), None, *match.span())
    hour = int(match["h"] or match["kh"] or match["eh"])
    minute = 30 if match["thirty"] else int(match["m"] or match["km"] or 0)
    second = int(match["s"] or match["ks"] or 0)
    hour = _hour(hour, match["half"], (match["ampm"] or "").lower())
    if hour > 29 or (hour > 24 and match["half"]):
        raise ValueError(f"there is no hour {hour}")
    days, hour = divmod(hour, 24)
    zone = _zone(match["zone"])
    return FoundTime(TimeOfDay(days, time(hour, minute, second)), zone, *match.span())


def _hour(hour: int, half: str | None, ampm: str) -> int:
    if half:
        if hour >= 12:
            raise ValueError(f"{half}{hour}時 can be noon or midnight")
        return hour + 12 if half in ("午後", "下午") else hour
    if ampm:
        if not 1 <= hour <= 12:
            raise ValueError(f"there is no {hour} {ampm}m")
        return hour % 12 + (12 if ampm == "p" else 0)
    return hour


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return timezone(timedelta(hours=9)) if text.upper() == "JST" else UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise ValueError(f"there is no zone {text}")
    away = timedelta(hours=hours, minutes=minutes)
    return timezone(-away if text[0] == "-" else away)
