"""The practice portal of IIJmio: its account and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from runner.sandbox import derive, member, values
from runner.sandbox.books import Books, Message
from runner.sandbox.iijmio import line
from runner.sandbox.iijmio.line import NAME, NUMBERS
from runner.sandbox.portal import App
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"


class Iijmio(member.Member):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    hosts = ("www.iijmio.jp",)
    numbers = NUMBERS
    sessions = ("mio", "asked")
    faults: frozenset[str] = frozenset(
        {"declined", "sold_out", "price", "session_expiry", "changed_layout"}
    )
    keys: Mapping[str, Key] = {
        **member.KEYS,
        "due": Key("the first line has hardly any coupons left"),
        "fresh": Key("the first line has coupons enough"),
        "bought": Key("coupons that the first line has bought this month already", values.count),
    }

    def seed(self, books: Books) -> None:
        """Two lines, the first of which is due."""
        super().seed(books)
        for one in line.START:
            line.keep(books, one)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        first = line.load(books, NUMBERS[0])
        if key in ("due", "fresh"):
            line.keep(books, replace(first, this_month=87 if key == "due" else 1630))
        elif key == "bought":
            line.keep(books, replace(first, bought=value))
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """mioID, password, and the number of the first line."""
        return {
            "id": f"IM{derive.digits(books.seed, 8, NAME, 'id')}",
            "password": derive.password(books.seed, NAME, "password"),
            "line": NUMBERS[0],
        }

    def letter(self, books: Books, message: Message) -> str:
        """It sends none."""
        return ""

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.iijmio.pages import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all."""
        return (
            '<html lang="ja"><head><meta charset="UTF-8"><title>IIJmio</title></head>'
            "<body><p>ただいま会員専用ページはメンテナンス中です。</p></body></html>"
        )


PORTAL = Iijmio()
