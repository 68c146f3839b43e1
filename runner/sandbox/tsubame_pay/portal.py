"""The practice wallet: its one customer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runner.sandbox import derive, values
from runner.sandbox.books import Books, Message
from runner.sandbox.portal import App, Steered
from runner.sandbox.tsubame_pay.checkout import NAME
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"


class TsubamePay(Steered):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    hosts = ("www.tsubame-pay.example",)
    faults: frozenset[str] = frozenset()
    keys: Mapping[str, Key] = {
        "adds": Key("yen that the wallet puts on top of what the shop asks", values.count),
        "closes": Key("the window closes before anything was paid: yes or no", values.switch),
        "now": Key("the wallet's clock, e.g. 2026-01-31T10:00+09:00, or real", values.moment),
    }

    def seed(self, books: Books) -> None:
        """A wallet that works."""
        books.put(NAME, adds=0, closes=False, session_minutes=15)

    def secrets(self, books: Books) -> dict[str, str]:
        """What the wallet's customer knows."""
        return {
            "wallet_id": f"hanako{derive.digits(books.seed, 4, NAME, 'id')}@example.ne.jp",
            "wallet_password": derive.password(books.seed, NAME, "password"),
        }

    def letter(self, books: Books, message: Message) -> str:
        """It sends none."""
        return ""

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.tsubame_pay.site import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all."""
        return "<html><body><h1>Tsubame Pay is closed for maintenance.</h1></body></html>"


PORTAL = TsubamePay()
