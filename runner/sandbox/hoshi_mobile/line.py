"""The practice line: until when it is valid, what it holds, and what each offer adds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from runner.sandbox.books import Books
from runner.sandbox.japan import JAPAN

NAME = "hoshi-mobile"
NUMBER = "090-0000-7827"
"""No Japanese mobile number begins with 090-0: it can belong to nobody."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan on the list. `days` None: to the end of the year. `renews`: it goes on by itself."""

    code: str
    name: str
    price: int
    days: int | None
    gb: int
    renews: bool = False

    def until(self, start: date) -> date:
        """The last day when it is added to a line that is valid to `start`."""
        return start + timedelta(days=self.days) if self.days else date(start.year, 12, 31)


OFFERS = (
    Offer("week", "Week", 800, 7, 2),
    Offer("month", "Month", 1650, 30, 5),
    Offer("monthly", "Month, renewing", 1480, 30, 5, renews=True),
    Offer("quarter", "Quarter", 4400, 90, 15),
    Offer("year", "Year", 15800, 365, 60),
    Offer("yearend", "Year's end", 2980, None, 8),
)


def today(books: Books) -> date:
    """The day in Japan."""
    return books.now(NAME).astimezone(JAPAN).date()


def valid_until(books: Books) -> date:
    """The line's last day."""
    return date.fromisoformat(books.get(NAME, "valid_until"))


def offers(books: Books) -> list[Offer]:
    """What is on the list today, sold out or not; `price` settings go before the usual ones."""
    prices: dict[str, int] = books.get(NAME, "prices")
    hidden: list[str] = books.get(NAME, "hidden")
    return [
        Offer(o.code, o.name, prices.get(o.code, o.price), o.days, o.gb, o.renews)
        for o in OFFERS
        if o.code not in hidden
    ]


def add(books: Books, order: dict[str, Any]) -> None:
    """What a paid order brings."""
    offer = next(one for one in OFFERS if one.code == order["code"])
    start = max(today(books), valid_until(books))
    books.put(
        NAME,
        valid_until=offer.until(start).isoformat(),
        data=books.get(NAME, "data") + offer.gb,
        plan=offer.name,
        renews=offer.renews,
    )
