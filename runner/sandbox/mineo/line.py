"""The practice lines of one eoID: packets in MB, of this month, carried over, and charged.

What was charged is good to the end of the month after; the month's own packets do not move here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from runner.sandbox.books import Books
from runner.sandbox.japan import JAPAN

NAME = "mineo"
NUMBERS = ("080-0000-3701", "090-0000-3702")
"""No Japanese mobile number begins with 080-0 or 090-0: they can belong to nobody."""
YEN, UNIT = 55, 100
"""What a unit costs, and its MB."""
AT_ONCE, A_MONTH = 1000, 15000
"""The most MB of one charge, and of all charges of a month."""


@dataclass(frozen=True, slots=True)
class Line:
    """One number. `charged` are {mb, on, until}; `bill` is of last month, in yen."""

    number: str
    plan: str
    month: int
    carried: int
    charged: tuple[dict[str, Any], ...]
    bill: int

    @property
    def extra(self) -> int:
        """The MB that were charged."""
        return sum(one["mb"] for one in self.charged)

    @property
    def left(self) -> int:
        """All MB that can be used now."""
        return self.month + self.carried + self.extra


START = (
    Line(NUMBERS[0], "マイピタ　デュアルタイプ　1GB", 143, 21, (), 1298),
    Line(NUMBERS[1], "マイピタ　シングルタイプ　5GB", 3804, 1250, (), 1265),
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


def end_of_next_month(day: date) -> date:
    """The last day of what is charged on this one."""
    later = day.replace(day=1) + timedelta(days=62)
    return later.replace(day=1) - timedelta(days=1)


def charged_this_month(books: Books, number: str) -> int:
    """The MB that were charged since the first."""
    first = today(books).replace(day=1).isoformat()
    return sum(one["mb"] for one in load(books, number).charged if one["on"] >= first)


def charge(books: Books, number: str, mb: int) -> None:
    """What a paid charge brings."""
    line, on = load(books, number), today(books)
    more = {"mb": mb, "on": on.isoformat(), "until": end_of_next_month(on).isoformat()}
    keep(books, replace(line, charged=(*line.charged, more)))
