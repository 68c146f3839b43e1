"""The practice lines of one Rakuten ID: data used at home, and what is left for use abroad, in GB.

A charge is good for 31 days, its own day counted as the first.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from runner.sandbox.books import Books
from runner.sandbox.japan import JAPAN

NAME = "rakuten-mobile"
NUMBERS = ("080-0000-7701", "090-0000-7702")
"""No Japanese mobile number begins with 080-0 or 090-0: they can belong to nobody."""
YEN, AT_ONCE = 500, 5
"""What a GB costs, and how many are sold at a time."""
DAYS = 31


@dataclass(frozen=True, slots=True)
class Line:
    """One number. `abroad` is left of this month's own; `charged` are {gb, until}; `bill` is in yen."""

    number: str
    plan: str
    used: str
    abroad: str
    charged: tuple[dict[str, Any], ...]
    bill: int

    @property
    def extra(self) -> int:
        """The GB that were charged."""
        return sum(one["gb"] for one in self.charged)

    @property
    def left(self) -> Decimal:
        """What can be used abroad now."""
        return Decimal(self.abroad) + self.extra


START = (
    Line(NUMBERS[0], "Rakuten最強プラン", "3.25", "0.12", (), 2178),
    Line(NUMBERS[1], "Rakuten最強プラン（データタイプ）", "0.40", "2.00", (), 1078),
)


def today(books: Books) -> date:
    """The day in Japan."""
    return books.now(NAME).astimezone(JAPAN).date()


def load(books: Books, number: str) -> Line:
    """A line as of now; what was charged and is over is gone."""
    kept = books.get(NAME, "lines")[number]
    now = today(books).isoformat()
    return Line(**{**kept, "charged": tuple(x for x in kept["charged"] if x["until"] >= now)})


def keep(books: Books, line: Line) -> None:
    """Write a line down."""
    books.put(NAME, lines={**(books.get(NAME, "lines") or {}), line.number: asdict(line)})


def last_day(books: Books) -> date:
    """Of what is charged today."""
    return today(books) + timedelta(days=DAYS - 1)


def charge(books: Books, number: str, gb: int) -> None:
    """What a paid charge brings."""
    line = load(books, number)
    more = {"gb": gb, "until": last_day(books).isoformat()}
    keep(books, replace(line, charged=(*line.charged, more)))
