"""The practice lines of one mioID: coupons in MB, of this month, of last month, and bought.

This month's are good to the end of the next, last month's and bought ones to the end of this.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

from runner.sandbox.books import Books
from runner.sandbox.japan import JAPAN

NAME = "iijmio"
NUMBERS = ("080-0000-4401", "090-0000-4402")
"""No Japanese mobile number begins with 080-0 or 090-0: they can belong to nobody."""
YEN, UNIT, A_MONTH = 220, 1000, 20
"""What a coupon costs, its MB, and how many are sold to a line in a month."""


@dataclass(frozen=True, slots=True)
class Line:
    """One number. `bought` coupons are of the month `bought_in` (2026-11); `bill` is in yen."""

    number: str
    code: str
    plan: str
    this_month: int
    last_month: int
    bought: int
    bought_in: str
    bill: int

    @property
    def extra(self) -> int:
        """The MB that were bought."""
        return self.bought * UNIT

    @property
    def left(self) -> int:
        """All MB that can be used now."""
        return self.this_month + self.last_month + self.extra


START = (
    Line(NUMBERS[0], "hdo44010001", "ギガプラン 2ギガ（音声）", 87, 64, 0, "", 850),
    Line(NUMBERS[1], "hdo44010002", "ギガプラン 5ギガ（データ）", 2411, 705, 0, "", 860),
)


def today(books: Books) -> date:
    """The day in Japan."""
    return books.now(NAME).astimezone(JAPAN).date()


def load(books: Books, number: str) -> Line:
    """A line as of now; what was bought in an earlier month is gone."""
    line = Line(**books.get(NAME, "lines")[number])
    month = f"{today(books):%Y-%m}"
    return line if line.bought_in == month else replace(line, bought=0, bought_in=month)


def keep(books: Books, line: Line) -> None:
    """Write a line down."""
    books.put(NAME, lines={**(books.get(NAME, "lines") or {}), line.number: asdict(line)})


def buy(books: Books, number: str, coupons: int) -> None:
    """What a paid order brings."""
    line = load(books, number)
    keep(books, replace(line, bought=line.bought + coupons))


def month_end(day: date, months: int = 0) -> date:
    """The last day of the month so many months after a day's."""
    for _ in range(months + 1):
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day - timedelta(days=1)
