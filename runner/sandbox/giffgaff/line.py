"""The practice line: its credit, its goodybag, its orders, and when it is switched off for want of use."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from runner.sandbox.books import Books

NAME = "giffgaff"
NUMBER = "07700 900461"
"""Ofcom keeps 07700 900000 to 900999 for drama: it can belong to nobody."""
KEPT = timedelta(days=180)
BRITAIN = ZoneInfo("Europe/London")
CREDITS = (10, 15, 20)
"""Pounds of airtime credit that are sold."""
DONE, DECLINED = "Completed", "Declined"


@dataclass(frozen=True, slots=True)
class Goodybag:
    """A bundle for one month."""

    code: str
    name: str
    price: int
    gb: int


GOODYBAGS = (
    Goodybag("gb10", "£10 goodybag", 10, 20),
    Goodybag("gb15", "£15 goodybag", 15, 40),
    Goodybag("gb20", "£20 goodybag", 20, 100),
)


def now(books: Books) -> datetime:
    """The time in Britain."""
    return books.now(NAME).astimezone(BRITAIN)


def pounds(amount: str | int | Decimal) -> str:
    """£4.20"""
    return f"£{Decimal(amount):,.2f}"


def long_day(day: date) -> str:
    """3 December 2026"""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def month_later(day: date) -> date:
    """The same day of the next month, or its last one."""
    year, month = divmod(day.month, 12)
    year += day.year
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def orders(books: Books) -> list[dict[str, Any]]:
    """All orders, oldest first: name, amount, at, status, reference."""
    found: list[dict[str, Any]] = books.get(NAME, "orders")
    return found


def add_order(
    books: Books, name: str, amount: int, reference: str, at: datetime, status: str = DONE
) -> None:
    """One more order."""
    one = {
        "name": name, "amount": str(amount), "at": at.isoformat(), "status": status,
        "reference": reference,
    }  # fmt: skip
    books.put(NAME, orders=[*orders(books), one])


def goodybag(books: Books) -> dict[str, Any] | None:
    """The goodybag that is in use: name, gb, left, until."""
    found: dict[str, Any] | None = books.get(NAME, "goodybag")
    return found if found and found["until"] >= now(books).date().isoformat() else None


def take_effect(books: Books, order: dict[str, Any]) -> None:
    """What a paid order brings. A goodybag takes the place of the one before; its data is added."""
    bag = next((one for one in GOODYBAGS if one.code == order["code"]), None)
    if bag is None:
        credit = Decimal(books.get(NAME, "credit")) + order["amount"]
        books.put(NAME, credit=str(credit))
        return
    left = Decimal(str((goodybag(books) or {"left": 0})["left"])) + bag.gb
    until = month_later(now(books).date())
    books.put(NAME, goodybag={"name": bag.name, "left": str(left), "until": until.isoformat()})


def switched_off(books: Books) -> bool:
    """Whether nothing has changed the balance for too long."""
    done = [datetime.fromisoformat(one["at"]) for one in orders(books) if one["status"] == DONE]
    return not done or books.now(NAME) - max(done) > KEPT


def start(books: Books, days_ago: int) -> None:
    """The line as it is when its last top-up was so long ago; a later one failed, and counts for nothing."""
    # By the clock on the wall: summer time may lie between.
    at = now(books) - timedelta(days=days_ago)
    books.put(NAME, orders=[], credit="4.20", goodybag=None)
    add_order(books, "Airtime credit", 10, f"{at:%Y%m%d}900001", at)
    later = at + timedelta(days=min(9, days_ago), hours=-1)
    add_order(books, "Airtime credit", 10, f"{at:%Y%m%d}900002", later, DECLINED)
