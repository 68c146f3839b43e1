"""The practice bank: what can be set, and what its customer knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runner.sandbox import derive, values
from runner.sandbox.bank.card import NAME, of_owner
from runner.sandbox.bank.payments import SETTINGS
from runner.sandbox.books import Books, Message
from runner.sandbox.portal import App, Steered
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"


class Bank(Steered):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    account = NAME
    hosts = ("acs.hinode-bank.example",)
    faults: frozenset[str] = frozenset()
    keys: Mapping[str, Key] = {
        "asks": Key(
            "what it asks at a payment: nothing, code, app; or it refuses",
            values.one_of("nothing", "code", "app", "refuses"),
        ),
        "app": Key(
            "what the owner says in the bank's app: approves, refuses or silence",
            values.one_of("approves", "refuses", "silence"),
        ),
        "app_seconds": Key("seconds until the owner answers in the app", values.seconds),
        "code_minutes": Key("minutes for which a code is good", values.count),
        "now": Key("the bank's clock, e.g. 2026-01-31T10:00+09:00, or real", values.moment),
    }

    def seed(self, books: Books) -> None:
        """A bank that asks for a code."""
        books.put(NAME, **SETTINGS)

    def secrets(self, books: Books) -> dict[str, str]:
        """What is printed on the owner's card."""
        card = of_owner(books)
        return {
            "card_number": card.number,
            "card_expiry": card.expiry,
            "card_cvc": card.cvc or "",
            "card_holder": "TARO YAMADA",
        }

    def letter(self, books: Books, message: Message) -> str:
        """The text message with a code for 3-D Secure."""
        return (
            f"【ひので銀行】本人認証コード：{code(books, message)} "
            "カードのお支払いに使用します。他人には教えないでください。"
        )

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.bank.site import build

        return build(books)

    def maintenance(self) -> str:
        """One page for all."""
        return "<html><body><h1>ただいまメンテナンス中です。</h1></body></html>"


PORTAL = Bank()


def code(books: Books, message: Message) -> str:
    """The six digits of a message."""
    return derive.digits(books.seed, 6, NAME, "code", message.id)
