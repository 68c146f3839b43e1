"""What portals have in common whose one account has a line or two: settings, and past charges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from runner.sandbox import portal, values
from runner.sandbox.books import Books
from runner.sandbox.japan import JAPAN, in_japan
from runner.sandbox.values import Key

ALWAYS = timedelta(days=36500)
KEYS: Mapping[str, Key] = {
    "lines": Key("how many lines the account has: 1 or 2", values.one_of("1", "2")),
    "locked": Key("the account is locked: yes or no", values.switch),
    "short_list": Key(
        "the list of past charges holds this month's alone: yes or no", values.switch
    ),
    **portal.KEYS,
}


class Member(portal.Steered):
    """A portal adds to it what only it has; see `runner.sandbox.portal.Portal`."""

    numbers: ClassVar[tuple[str, ...]]

    def seed(self, books: Books) -> None:
        """An account with all its lines, not locked."""
        books.put(
            self.name, numbers=list(self.numbers), failures=0, lock_after=5, locked=False,
            session_minutes=30, short_list=False,
        )  # fmt: skip

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key == "lines":
            books.put(self.name, numbers=list(self.numbers[: int(value)]))
        else:
            super().set(books, key, value)

    def past_charges(
        self, books: Books, number: str, within: timedelta = ALWAYS
    ) -> list[dict[str, Any]]:
        """What a line was charged, the newest first; `at` is in Japan."""
        now = books.now(self.name)
        since = now - within
        if books.get(self.name, "short_list"):
            since = now.astimezone(JAPAN).replace(day=1, hour=0, minute=0, second=0)
        query = "SELECT * FROM charges WHERE portal = ? AND line = ? ORDER BY id DESC"
        found = (dict(row) for row in books.rows(query, self.name, number))
        rows = [{**row, "at": in_japan(row["at"])} for row in found]
        return [row for row in rows if row["at"] >= since]
