"""The practice portal of povo: its account and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runner.sandbox import derive, values
from runner.sandbox.books import Books, Message
from runner.sandbox.codes import code_of
from runner.sandbox.portal import KEYS, App, Steered
from runner.sandbox.povo import line
from runner.sandbox.povo.line import NAME
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"


class Povo(Steered):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    hosts = ("shop.povo.jp", "povo.jp")
    sessions = ("povo", "step")
    faults: frozenset[str] = frozenset(
        {"declined", "sold_out", "price", "session_expiry", "wrong_code", "changed_layout"}
    )
    keys: Mapping[str, Key] = {
        "due": Key("the last paid topping was bought 172 days ago"),
        "fresh": Key("the last paid topping was bought yesterday"),
        "paid_days_ago": Key("days since the last paid topping was bought", values.count),
        "no_toppings": Key("the line is new: its list of orders is empty"),
        "activation": Key("seconds until an order is through", values.seconds),
        "history_hides": Key(
            "the history of orders lags behind: it shows nothing of today (yes or no)",
            values.switch,
        ),
        "mail_server": Key("where its mails are sent by SMTP, e.g. 127.0.0.1:2525", values.text),
        "code_minutes": Key("minutes for which a code is good", values.count),
        **KEYS,
    }

    def seed(self, books: Books) -> None:
        """A line that is due."""
        books.put(
            NAME, session_minutes=20, code_minutes=2, activation=0.0, history_hides=False,
            mail_server="",
        )  # fmt: skip
        self.set(books, "due", None)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key in ("due", "fresh", "paid_days_ago"):
            line.start(books, {"due": 172, "fresh": 1}.get(key, value))
        elif key == "no_toppings":
            books.put(NAME, toppings=[], since=line.today(books).isoformat())
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """The e-mail address, and the line: povo has no password."""
        return {
            "email": f"hanako.{derive.digits(books.seed, 4, NAME, 'id')}@example.jp",
            "line": line.NUMBER,
        }

    def letter(self, books: Books, message: Message) -> str:
        """The mail with a code."""
        return f"【povo】認証コード：{code_of(books, NAME, 6, message)}（有効期限2分）"

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.povo.site import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all."""
        return (
            '<html lang="ja"><head><meta charset="UTF-8"></head>'
            "<body><p>ただいまメンテナンス中です。</p></body></html>"
        )


PORTAL = Povo()
