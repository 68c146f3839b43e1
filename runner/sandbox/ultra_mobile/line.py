"""The practice line: its plan, its wallet, until when it is paid, and what a renewal brings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from runner.sandbox.books import Books

NAME = "ultra-mobile"
NUMBER = "(202) 555-0142"
"""Numbers from 555-0100 to 555-0199 are for fiction: it can belong to nobody."""
PACIFIC = ZoneInfo("America/Los_Angeles")
GRACE = timedelta(days=60)
"""From the end of a plan to the loss of the number."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a line can be on."""

    code: str
    name: str
    price: int
    days: int
    minutes: int | None
    mb: int


PLANS = (
    Plan("paygo", "PayGo", 3, 30, 100, 100),
    Plan("3-month", "3-Month 3GB", 48, 90, None, 3072),
)


def now(books: Books) -> datetime:
    """The time on the Pacific coast."""
    return books.now(NAME).astimezone(PACIFIC)


def dollars(amount: str | int | Decimal) -> str:
    """$3.00, or -$0.10"""
    value = Decimal(amount)
    return f"{'-' if value < 0 else ''}${abs(value):,.2f}"


def us_day(day: date) -> str:
    """12/03/2026"""
    return f"{day:%m/%d/%Y}"


def plan(books: Books) -> Plan:
    """The line's plan."""
    code = books.get(NAME, "plan")
    return next(one for one in PLANS if one.code == code)


def until(books: Books) -> date:
    """The last day that is paid."""
    return date.fromisoformat(books.get(NAME, "until"))


def lost(books: Books) -> bool:
    """Whether the number is nobody's any more."""
    return now(books).date() > until(books) + GRACE


def start(books: Books, days_left: int) -> None:
    """The line as it is so many days before its plan ends; some of the plan is used."""
    end = now(books).date() + timedelta(days=days_left)
    books.put(NAME, until=end.isoformat(), used={"minutes": 13, "mb": "17.6"})


def payments(books: Books) -> list[dict[str, Any]]:
    """What stands in the list of payments, oldest first: what, amount, at, reference."""
    found: list[dict[str, Any]] = books.get(NAME, "payments")
    return found


def add_payment(books: Books, what: str, amount: str, reference: str, at: datetime) -> None:
    """One more row; amounts below zero were taken from the wallet by use."""
    row = {"what": what, "amount": amount, "reference": reference, "at": at.isoformat()}
    books.put(NAME, payments=[*payments(books), row])


def renew(books: Books) -> None:
    """What a paid term brings: its days on top, and all of the plan anew."""
    begin = max(until(books), now(books).date())
    end = begin + timedelta(days=plan(books).days)
    books.put(NAME, until=end.isoformat(), used={"minutes": 0, "mb": "0"})
