"""An account with a monthly contract: what its lines have used, and their bills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from runner.sandbox import values
from runner.sandbox.books import Books
from runner.sandbox.japan import JAPAN, gb, in_japan
from runner.sandbox.softbank.carrier import KEYS, Carrier
from runner.sandbox.softbank.usage import Usage
from runner.sandbox.values import Key

if TYPE_CHECKING:
    from runner.sandbox.softbank.lobby import Counter

CHANGES = (0, 214, -33)
"""By how much the bills of the last months differ from the usual one, in yen."""


class Contract(Carrier):
    """A portal whose lines are paid by the month."""

    lines: ClassVar[Mapping[str, Usage]]
    """On the first day, by number."""
    keys: Mapping[str, Key] = {
        **KEYS,
        "used": Key("data that the first line has used this month, in GB", values.gigabytes),
        "given": Key("data that the first line has each month, in GB", values.gigabytes),
        "bill": Key("what the first line costs in a month, in yen", values.count),
    }

    def seed(self, books: Books) -> None:
        """Lines in the middle of a month."""
        super().seed(books)
        books.put(self.name, lines={number: usage.store() for number, usage in self.lines.items()})

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key in ("used", "given", "bill"):
            number = self.numbers[0]
            self.keep(books, number, replace(self.usage(books, number), **{key: value}))
        else:
            super().set(books, key, value)

    def usage(self, books: Books, number: str) -> Usage:
        """What a line has used, as of now."""
        return Usage(**books.get(self.name, "lines")[number])

    def keep(self, books: Books, number: str, usage: Usage) -> None:
        """Write down what a line has used."""
        books.put(self.name, lines=books.get(self.name, "lines") | {number: usage.store()})

    def items(self, books: Books, number: str) -> list[tuple[str, int]]:
        """The parts of this month's bill so far, as its page lists them."""
        usual = self.usage(books, number).bill
        basic = usual * 7 // 10
        return [
            ("基本料・通信料", basic),
            ("ＰＣダイレクト", 0),
            ("ユニバーサルサービス料", 2),
            ("その他", usual - basic - 2 + self.bought(books, number)),
        ]

    def bought(self, books: Books, number: str) -> int:
        """Yen for what was bought this month: it comes with the month's bill."""
        month = books.now(self.name).astimezone(JAPAN).strftime("%Y-%m")
        query = "SELECT * FROM charges WHERE portal = ? AND line = ?"
        return sum(
            int(row["amount"])
            for row in books.rows(query, self.name, number)
            if in_japan(row["at"]).strftime("%Y-%m") == month
        )

    def months(self, books: Books, number: str) -> list[tuple[date, int]]:
        """The bills of the last months, the newest first: first day and yen."""
        usual, now = self.usage(books, number).bill, books.now(self.name)
        return [
            (first_day(now, ago), usual + change) for ago, change in enumerate(CHANGES, start=1)
        ]

    def summary(self, counter: Counter, number: str) -> dict[str, Any]:
        """What the script of the top page shows of a line."""
        usage = self.usage(counter.books, number)
        return {"number": number, "plan": usage.plan, "remain": gb(usage.left)}


def first_day(now: datetime, months_ago: int = 0) -> date:
    """The first day of this month in Japan, or of an earlier one."""
    first = now.astimezone(JAPAN).date().replace(day=1)
    for _ in range(months_ago):
        first = (first - timedelta(days=1)).replace(day=1)
    return first
