"""When a digest was due last. A pure function of the wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from runner.config.notify import DigestTime

WEEK = 7


def last_due(when: DigestTime, now: datetime, zone: ZoneInfo) -> date:
    """The day, by the owner's clock, of the last digest whose time has come: its name for ever.

    A time that the clock skips comes right after the gap; of one that comes twice, the first counts.
    """
    today = now.astimezone(zone).date()
    for back in range(WEEK + 1):
        day = today - timedelta(days=back)
        if when.weekday in (None, day.weekday()) and moment_of(when, day, zone) <= now:
            return day
    raise AssertionError("a week has every day")  # pragma: no cover


def moment_of(when: DigestTime, day: date, zone: ZoneInfo) -> datetime:
    """Its moment on a day, in UTC."""
    return datetime.combine(day, when.at, zone).astimezone(UTC)


def gap_of(when: DigestTime) -> timedelta:
    """The time from one digest to the next."""
    return timedelta(days=1 if when.weekday is None else WEEK)
