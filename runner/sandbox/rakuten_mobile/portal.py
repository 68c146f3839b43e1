"""The practice portal of Rakuten Mobile: its account and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from runner.sandbox import derive, member, values
from runner.sandbox.books import Books, Message
from runner.sandbox.portal import App
from runner.sandbox.rakuten_mobile import line
from runner.sandbox.rakuten_mobile.line import NAME, NUMBERS
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"


class RakutenMobile(member.Member):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    hosts = ("portal.mobile.rakuten.co.jp", "login.account.rakuten.com")
    numbers = NUMBERS
    sessions = ("sso", "step", "my", "code")
    faults: frozenset[str] = frozenset(
        {"declined", "sold_out", "price", "session_expiry", "human_check", "changed_layout"}
    )
    keys: Mapping[str, Key] = {
        **member.KEYS,
        "due": Key("the first line has little data left for use abroad"),
        "fresh": Key("the first line has data enough for use abroad"),
        "upgrade": Key("a purchase wants the password once more: yes or no", values.switch),
    }

    def seed(self, books: Books) -> None:
        """Two lines, the first of which is due."""
        super().seed(books)
        books.put(NAME, upgrade=True)
        for one in line.START:
            line.keep(books, one)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key in ("due", "fresh"):
            first = line.load(books, NUMBERS[0])
            line.keep(books, replace(first, abroad="0.12" if key == "due" else "1.60"))
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """User ID, password, and the number of the first line."""
        return {
            "id": f"hanako.{derive.digits(books.seed, 4, NAME, 'id')}@example.jp",
            "password": derive.password(books.seed, NAME, "password"),
            "line": NUMBERS[0],
        }

    def letter(self, books: Books, message: Message) -> str:
        """It sends none."""
        return ""

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.rakuten_mobile.pages import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all."""
        return (
            '<html lang="ja"><head><meta charset="UTF-8"><title>my 楽天モバイル</title></head>'
            "<body><p>現在、システムメンテナンスを実施しております。</p></body></html>"
        )


PORTAL = RakutenMobile()
