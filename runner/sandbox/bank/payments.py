"""What shops ask of the bank: to begin a payment by card, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from runner.sandbox.bank.card import NAME, Card, knows
from runner.sandbox.books import Books

ACS = "https://acs.hinode-bank.example"
"""The bank's access control server, in the words of EMV 3-D Secure."""

SETTINGS: Mapping[str, Any] = {
    "asks": "code",
    "app": "approves",
    "app_seconds": 1.0,
    "code_minutes": 5,
}
LIFE = timedelta(minutes=10)
TRIES = 3
KIND = "payment"


def setting(books: Books, key: str) -> Any:
    """A setting of the bank, also before it was ever visited."""
    return books.get(NAME, key, SETTINGS[key])


def begin(
    books: Books, card: Card, *, shop: str, amount: str, currency: str, back: str, order: Any
) -> str:
    """Begin a payment; gives its token. The frame's address is `frame(token)`.

    `back` is the shop's address to which the frame posts the token; `order` is kept for the shop.
    """
    asks = setting(books, "asks") if knows(books, card) else "refuses"
    return books.issue(
        NAME,
        KIND,
        {
            "shop": shop,
            "amount": amount,
            "currency": currency,
            "back": back,
            "order": order,
            "asks": asks,
            "status": {"nothing": "approved", "refuses": "refused"}.get(asks, "waiting"),
            "tries": 0,
            "at": books.now(NAME).isoformat(),
        },
        LIFE,
    )


def frame(token: str) -> str:
    """The address of the bank's page for a payment."""
    return f"{ACS}/3ds/challenge?payment={token}"


def written(data: dict[str, Any]) -> str:
    """The amount of a payment as the bank's pages show it: 3,000円, or USD 11.00."""
    amount = Decimal(data["amount"])
    return f"{amount:,.0f}円" if data["currency"] == "JPY" else f"{data['currency']} {amount:,.2f}"


def finish(books: Books, token: str | None) -> tuple[bool, Any]:
    """Whether the bank approves, and the shop's order; told once. (False, None) if it is unknown."""
    data = books.take(NAME, KIND, token)
    if data is None:
        return False, None
    approved = data["status"] == "approved"
    books.note(NAME, data["status"], f"{data['amount']} {data['currency']} {data['shop']}")
    return approved, data["order"]


def answer(books: Books, token: str, data: dict[str, Any], status: str) -> None:
    """Write down what the bank says to a payment."""
    books.change(NAME, KIND, token, {**data, "status": status}, LIFE)


def from_app(books: Books, data: dict[str, Any]) -> str:
    """What the owner has answered in the bank's app by now."""
    said: str = setting(books, "app")
    waited = books.now(NAME) - datetime.fromisoformat(data["at"])
    if said == "silence" or waited.total_seconds() < setting(books, "app_seconds"):
        return "waiting"
    return "approved" if said == "approves" else "refused"
