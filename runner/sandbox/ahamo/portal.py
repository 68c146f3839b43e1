"""The practice portal of ahamo: its settings. Its account is docomo's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runner.sandbox.books import Books, Message
from runner.sandbox.docomo.portal import PORTAL as DOCOMO
from runner.sandbox.portal import KEYS, App, Steered
from runner.sandbox.values import Key

NAME = "ahamo"
NUMBER = "070-0000-3030"
"""No Japanese mobile number begins with 070-0: it can belong to nobody."""
TEMPLATES = Path(__file__).parent / "templates"


class Ahamo(Steered):
    """See `runner.sandbox.portal.Portal`. It sends no codes: docomo's sign-in does."""

    name = NAME
    hosts = ("ahamo.com",)
    sessions = ("own",)
    faults: frozenset[str] = frozenset(
        {"declined", "sold_out", "price", "session_expiry", "changed_layout"}
    )
    keys: Mapping[str, Key] = {
        "due": Key("the line's data is nearly used up"),
        "fresh": Key("the line has plenty of data"),
        **KEYS,
    }

    def seed(self, books: Books) -> None:
        """A line that is due."""
        books.put(NAME, left="0.42", session_minutes=30)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key in ("due", "fresh"):
            books.put(NAME, left="0.42" if key == "due" else "21.7")
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """The dアカウント's ID and password, and this line."""
        docomo = DOCOMO.secrets(books)
        return {"id": docomo["id"], "password": docomo["password"], "line": NUMBER}

    def letter(self, books: Books, message: Message) -> str:
        """It sends none."""
        return ""

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.ahamo.site import build

        return build(books)

    def maintenance(self) -> str:
        """One page for all."""
        return (
            '<html lang="ja"><head><meta charset="UTF-8"></head>'
            "<body><p>ただいまメンテナンス中です。</p></body></html>"
        )


PORTAL = Ahamo()
