"""The practice line: what data it holds, until when, and what one more gigabyte changes.

Added data is valid to the end of the month after the one in which it was ordered (docomo's own rule
for its 1GB追加オプション). All days are Japan's.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from runner.sandbox.books import Books
from runner.sandbox.japan import JAPAN

NAME = "docomo"
LONG_AGO = datetime(2000, 1, 1, tzinfo=JAPAN)
NUMBER = "090-0000-4649"
"""No Japanese mobile number begins with 090-0: it can belong to nobody."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Data that is there from a moment on until the end of a day."""

    gb: Decimal
    start: datetime
    until: date

    def store(self) -> dict[str, str]:
        """As kept in the books."""
        return {
            "gb": str(self.gb),
            "start": self.start.isoformat(),
            "until": self.until.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Line:
    """The line at one moment."""

    lots: tuple[Lot, ...]
    used: Decimal
    now: datetime

    @property
    def today(self) -> date:
        """The day in Japan."""
        return self.now.astimezone(JAPAN).date()

    @property
    def active(self) -> tuple[Lot, ...]:
        """The lots that have begun, also those that are over."""
        return tuple(lot for lot in self.lots if lot.start <= self.now)

    @property
    def left(self) -> Decimal:
        """GB that can still be used."""
        lots = (lot.gb for lot in self.active if lot.until >= self.today)
        return sum(lots, Decimal(0))

    @property
    def expires_on(self) -> date:
        """The last day of the data that lasts longest."""
        return max(lot.until for lot in self.active)

    @property
    def days_left(self) -> int:
        """Days from today to the last day."""
        return (self.expires_on - self.today).days


def load(books: Books) -> Line:
    """The line as it is now."""
    stored: list[dict[str, Any]] = books.get(NAME, "lots")
    lots = tuple(
        Lot(
            Decimal(lot["gb"]),
            datetime.fromisoformat(lot["start"]),
            date.fromisoformat(lot["until"]),
        )
        for lot in stored
    )
    return Line(lots, Decimal(books.get(NAME, "used")), books.now(NAME))


def hold(books: Books, gb: Decimal, until: date) -> None:
    """Let the line hold this much data, to this day, and nothing else."""
    books.put(NAME, lots=[Lot(gb, LONG_AGO, until).store()])


def add(books: Books, gb: Decimal, delay: timedelta) -> None:
    """Add data: valid after a delay, to the end of the next month."""
    now = books.now(NAME)
    lot = Lot(gb, now + delay, end_of_next_month(now.astimezone(JAPAN).date()))
    books.put(NAME, lots=[*books.get(NAME, "lots"), lot.store()])


def end_of_next_month(day: date) -> date:
    """The last day of the month after this day's."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, monthrange(year, month)[1])


def make_due(books: Books) -> None:
    """Data nearly used up, and over in three days. What has gone counts as used."""
    today, left = books.now(NAME).astimezone(JAPAN).date(), Decimal("0.21")
    used = Decimal("4.79")
    if books.get(NAME, "lots"):
        line = load(books)
        used = line.used + max(line.left - left, Decimal(0))
    hold(books, left, today + timedelta(days=3))
    books.put(NAME, used=str(used))


def make_fresh(books: Books) -> None:
    """Plenty of data, until the end of the next month."""
    today = books.now(NAME).astimezone(JAPAN).date()
    hold(books, Decimal("12.40"), end_of_next_month(today))
    books.put(NAME, used="3.60")
