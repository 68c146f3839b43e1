"""One-time codes by text message. A right code is good once, and the newest one alone."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from runner.sandbox import derive
from runner.sandbox.books import Books, Message

if TYPE_CHECKING:
    from starlette.requests import Request

    from runner.sandbox.desk import Desk


def code_of(books: Books, portal: str, digits: int, message: Message) -> str:
    """The digits in a message of this portal."""
    return derive.digits(books.seed, digits, portal, "code", message.id)


def send(desk: Desk, number: str) -> None:
    """Send a new code to a phone; it is good for as long as the portal's `code_minutes` say."""
    desk.books.send(desk.name, number, timedelta(minutes=desk.setting("code_minutes")))


def refused(
    desk: Desk, request: Request, given: str, code: Callable[[Books, Message], str] | None = None
) -> Literal["wrong", "over"] | None:
    """Why this code is refused; None if it is right, and then it is used up.

    `code` gives the digits of a message, where they are not six of its own.
    """
    message = desk.books.last_message(desk.name)
    if message is None or message.spent:
        return "wrong"
    digits = code(desk.books, message) if code else code_of(desk.books, desk.name, 6, message)
    right = hmac.compare_digest(given.encode(), digits.encode())
    if not right or desk.strike(request, "wrong_code"):
        desk.books.note(desk.name, "wrong_code")
        return "wrong"
    if message.until <= desk.books.now(desk.name):
        return "over"
    desk.books.mark(desk.name, "spent", message.id)
    return None
