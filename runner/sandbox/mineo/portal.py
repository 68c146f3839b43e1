"""The practice portal of mineo: its account and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from runner.sandbox import derive, member, values
from runner.sandbox.books import Books, Message
from runner.sandbox.codes import code_of
from runner.sandbox.mineo import line
from runner.sandbox.mineo.line import NAME, NUMBERS
from runner.sandbox.portal import App
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"


class Mineo(member.Member):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    hosts = ("my.mineo.jp", "login.eonet.jp")
    numbers = NUMBERS
    sessions = ("eo", "step", "mineo", "pass")
    faults: frozenset[str] = frozenset(
        {
            "declined", "sold_out", "price", "session_expiry", "wrong_code", "human_check",
            "changed_layout",
        }
    )  # fmt: skip
    keys: Mapping[str, Key] = {
        **member.KEYS,
        "due": Key("the first line has few packets left"),
        "fresh": Key("the first line has packets enough"),
        "key": Key(
            "when a browser that is not trusted is asked for a one-time key: before the password,"
            " after it, or off",
            values.one_of("before", "after", "off"),
        ),
        "notice": Key("show a notice after each sign-in: yes or no", values.switch),
        "charged": Key("MB that the first line has charged this month already", values.count),
        "code_minutes": Key("minutes for which a one-time key is good", values.count),
    }

    def seed(self, books: Books) -> None:
        """Two lines, the first of which is due."""
        super().seed(books)
        books.put(NAME, key="before", notice=True, code_minutes=10)
        for one in line.START:
            line.keep(books, one)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        first = line.load(books, NUMBERS[0])
        if key in ("due", "fresh"):
            line.keep(books, replace(first, month=143 if key == "due" else 912))
        elif key == "charged":
            line.keep(books, replace(first, charged=()))
            line.charge(books, NUMBERS[0], value)
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """eoID, password, and the number of the first line."""
        return {
            "id": f"mineo{derive.digits(books.seed, 6, NAME, 'id')}",
            "password": derive.password(books.seed, NAME, "password"),
            "line": NUMBERS[0],
        }

    def letter(self, books: Books, message: Message) -> str:
        """The text message with a one-time key."""
        return f"【eo】ワンタイムキー：{code_of(books, NAME, 6, message)}（有効期限10分）"

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.mineo.site import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all."""
        return (
            '<html lang="ja"><head><meta charset="UTF-8"><title>mineo</title></head>'
            "<body><p>ただいまシステムメンテナンスのため、マイページをご利用いただけません。</p></body></html>"
        )


PORTAL = Mineo()
