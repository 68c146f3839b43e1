"""The practice lines of one au ID: data by the month, and what was charged on top of it.

A charge is good for 62 days, its own day counted as the first; buying again renews what is left.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from runner.sandbox.books import Books
from runner.sandbox.japan import JAPAN

NAME = "au"
NUMBERS = ("080-0000-5241", "090-0000-5242")
"""No Japanese mobile number begins with 080-0 or 090-0: they can belong to nobody."""
DAYS = 62


@dataclass(frozen=True, slots=True)
class Unit:
    """A data charge that is sold."""

    code: str
    name: str
    gb: str
    price: int


UNITS = (Unit("05", "0.5GB", "0.5", 550), Unit("10", "1GB", "1", 1000))


@dataclass(frozen=True, slots=True)
class Line:
    """One number. Volumes are decimal GB, `until` is the last day of what was charged, or empty."""

    number: str
    plan: str
    month: str
    carried: str
    charged: str
    until: str
    bill: int

    @property
    def left(self) -> Decimal:
        """All that can be used now."""
        return Decimal(self.month) + Decimal(self.carried) + Decimal(self.charged)


START = (
    Line(NUMBERS[0], "ピタットプラン", "0.21", "0", "0", "", 1851),
    Line(NUMBERS[1], "使い放題MAX", "24.6", "1.5", "0", "", 7238),
)


def today(books: Books) -> date:
    """The day in Japan."""
    return books.now(NAME).astimezone(JAPAN).date()


def load(books: Books, number: str) -> Line:
    """A line as of now; what was charged and is over is gone."""
    line = Line(**books.get(NAME, "lines")[number])
    if line.until and date.fromisoformat(line.until) < today(books):
        return replace(line, charged="0", until="")
    return line


def keep(books: Books, line: Line) -> None:
    """Write a line down."""
    books.put(NAME, lines={**(books.get(NAME, "lines") or {}), line.number: asdict(line)})


def charge(books: Books, number: str, unit: Unit) -> None:
    """What a paid charge brings."""
    line = load(books, number)
    until = today(books) + timedelta(days=DAYS - 1)
    more = Decimal(line.charged) + Decimal(unit.gb)
    keep(books, replace(line, charged=str(more), until=until.isoformat()))
