"""The practice line: its cycle, its pause, and when the pause ends by itself."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from runner.sandbox.books import Books

NAME = "google-fi"
NUMBER = "+1 415-555-0134"
"""555-01xx is kept free for fiction: it can belong to nobody."""
ZONE = ZoneInfo("America/Los_Angeles")
MONTHS = 3
"""After so many months a paused service turns back on by itself."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A billing cycle, its last day included."""

    begins: date
    ends: date


def today(books: Books) -> date:
    """The day at Google."""
    return books.now(NAME).astimezone(ZONE).date()


def resumes_on(books: Books) -> date | None:
    """The day on which the pause ends by itself; None when the service is active."""
    paused = books.get(NAME, "paused_at")
    if paused is None or datetime.fromisoformat(paused) > books.now(NAME):
        return None
    day = later(datetime.fromisoformat(paused).astimezone(ZONE).date(), MONTHS)
    return day if day > today(books) else None


def pause(books: Books) -> None:
    """Pause the service; it shows after as many seconds as `takes` says."""
    begins = books.now(NAME) + timedelta(seconds=books.get(NAME, "takes"))
    books.put(NAME, paused_at=begins.isoformat())
    books.note(NAME, "paused")


def resume(books: Books) -> None:
    """Turn the service back on."""
    books.put(NAME, paused_at=None)
    books.note(NAME, "resumed")


def cycle(books: Books) -> Cycle:
    """The cycle that today is in."""
    first = date.fromisoformat(books.get(NAME, "activated")) + timedelta(days=2)
    day = 2 if first.day in (1, 28, 29, 30, 31) else first.day
    now = today(books)
    begins = now.replace(day=day)
    if begins > now:
        begins = (now.replace(day=1) - timedelta(days=1)).replace(day=day)
    return Cycle(begins, later(begins, 1) - timedelta(days=1))


def next_bill(books: Books) -> str:
    """What the next bill would be, in dollars: the Flexible plan's base, $10/GB, nothing after 6 GB."""
    if resumes_on(books) is not None:
        return "0.00"
    return f"{20 + 10 * min(float(books.get(NAME, 'used')), 6):.2f}"


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def words(day: date, *, year: bool = True) -> str:
    """A day as the site writes it: `Nov 20, 2026`."""
    return f"{day:%b} {day.day}" + (f", {day.year}" if year else "")
