"""The calendar as an iCalendar file (RFC 5545, RFC 7986), for programs that subscribe to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from runner.views.calendar import CalendarEntry
from runner.views.calendar_words import WORDS

REFRESH = timedelta(hours=6)
"""How often subscribers should ask again."""
_DAY = timedelta(days=1)
_SHORT = timedelta(minutes=30)
_BEFORE = timedelta(hours=-63)
"""From the midnight of a last day to nine in the morning three days earlier."""


def calendar_file(
    entries: Iterable[CalendarEntry], changed_at: datetime, language: str, zone: ZoneInfo
) -> bytes:
    """The file. `changed_at`: when something was learned last; later files have later times."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Kigen//Calendar//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = WORDS[language]["name"]
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(zone))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    stamp = changed_at.astimezone(UTC).replace(microsecond=0)
    for entry in entries:
        calendar.add_component(_event(entry, stamp))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: CalendarEntry, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    # It only has to grow with each change; minutes fit its 31 bits for long.
    event.add("sequence", int(stamp.timestamp()) // 60)
    event.add("summary", _text(entry.summary))
    event.add("description", _text(entry.description))
    start, whole_day = _start(entry.start)
    event.add("dtstart", start)
    event.add("dtend", start + (_DAY if whole_day else _SHORT))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED" if entry.sure else "TENTATIVE")
    event.add("class", "PRIVATE")
    if entry.alarm:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _text(entry.summary))
        alarm.add("trigger", _BEFORE if whole_day else timedelta(0))
        event.add_component(alarm)
    return event


def _text(text: str) -> str:
    r"""The text as icalendar writes it truly: it takes a `\N` that stands there for a line break."""
    return text.replace(r"\N", r"\n")


def _start(start: date | datetime) -> tuple[date | datetime, bool]:
    if isinstance(start, datetime):
        return start.astimezone(UTC).replace(microsecond=0), False
    return start, True
