"""What shops ask of the wallet: to begin a payment, and how it ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from runner.sandbox.books import Books

NAME = "tsubame-pay"
TOP = "https://www.tsubame-pay.example"
KIND = "payment"
LIFE = timedelta(minutes=15)


def begin(books: Books, *, shop: str, amount: str, back: str | None, order: Any) -> str:
    """Begin a payment in yen; gives its token. `back` None: in a window of its own."""
    data = {"shop": shop, "amount": amount, "back": back, "order": order, "status": "open"}
    return books.issue(NAME, KIND, data, LIFE)


def page(token: str) -> str:
    """Where the shop sends its visitor."""
    return f"{TOP}/checkout?payment={token}"


def look(books: Books, token: str | None) -> dict[str, Any] | None:
    """A payment that has not been finished."""
    found: dict[str, Any] | None = books.look(NAME, KIND, token)
    return found


def answer(books: Books, token: str, data: dict[str, Any], status: str) -> None:
    """Write down that it was paid, or stopped."""
    books.note(NAME, status, f"{data['amount']} JPY {data['shop']}")
    books.change(NAME, KIND, token, {**data, "status": status}, LIFE)


def finish(books: Books, token: str | None) -> tuple[bool, Any]:
    """Whether it was paid, and the shop's order; told once. (False, None) if it is unknown."""
    data = books.take(NAME, KIND, token)
    return (False, None) if data is None else (data["status"] == "paid", data["order"])
