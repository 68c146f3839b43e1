"""The prepaid line: its balance, until when it may be used, and what a recharge changes.

The rules are those that third parties tell: 60 days for each recharge, on top of those that are left,
never more than 360 days ahead. All days are Japan's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from runner.sandbox.books import Books
from runner.sandbox.japan import JAPAN, in_japan

NAME = "softbank-prepaid"
NUMBER = "080-0000-3776"
"""No Japanese mobile number begins with 080-0: it can belong to nobody."""

AMOUNTS = (3000, 5000)
DAYS, DAYS_AHEAD = 60, 360
MOST, A_DAY = 60_000, 5_000
TOO_MUCH = "プリペイド残高の上限（60,000円）を超えるため、リチャージできません。"
FEE = 2
"""Yen: ユニバーサルサービス料, taken off each recharge."""


@dataclass(frozen=True, slots=True)
class Line:
    """The line at one moment."""

    balance: int
    until: date
    today: date

    @property
    def number_until(self) -> date:
        """The last day on which the number is still the owner's."""
        return self.until + timedelta(days=DAYS_AHEAD)

    def with_recharge(self, amount: int, on: date) -> Line:
        """The line after a recharge on this day."""
        start = max(self.until, on)
        until = min(start + timedelta(days=DAYS), on + timedelta(days=DAYS_AHEAD))
        return Line(self.balance + amount - FEE, max(self.until, until), self.today)


def today_of(books: Books) -> date:
    """The day in Japan."""
    return books.now(NAME).astimezone(JAPAN).date()


def load(books: Books) -> Line:
    """The line as it is now, with all recharges that have become active."""
    line = Line(
        books.get(NAME, "balance"), date.fromisoformat(books.get(NAME, "until")), today_of(books)
    )
    for amount, start in books.get(NAME, "recharges"):
        active = datetime.fromisoformat(start)
        if active <= books.now(NAME):
            line = line.with_recharge(amount, active.astimezone(JAPAN).date())
    return line


def hold(books: Books, balance: int, until: date) -> None:
    """Let the line have this balance to this day, and no recharges."""
    books.put(NAME, balance=balance, until=until.isoformat(), recharges=[])


def recharge(books: Books, amount: int) -> None:
    """Add to the line, once the portal's `activation` has passed."""
    start = books.now(NAME) + timedelta(seconds=books.get(NAME, "activation"))
    books.put(NAME, recharges=[*books.get(NAME, "recharges"), [amount, start.isoformat()]])


def make_due(books: Books) -> None:
    """Little money, and nine days left."""
    hold(books, 218, today_of(books) + timedelta(days=9))


def make_fresh(books: Books) -> None:
    """Money, and more than four months."""
    hold(books, 6420, today_of(books) + timedelta(days=130))


def limit(books: Books, amount: int) -> str:
    """Why this amount cannot be recharged now; nothing if it can."""
    rows = books.rows("SELECT amount, at FROM charges WHERE portal = ?", NAME)
    spent = sum(int(row["amount"]) for row in rows if in_japan(row["at"]).date() == today_of(books))
    if spent + amount > A_DAY:
        return "クレジットカードでのリチャージは、1日あたり5,000円までです。"
    if load(books).balance + amount > MOST:
        return TOO_MUCH
    return ""
