"""Vouchers: sixteen digits that are sold in shops, each good for one top-up."""

from __future__ import annotations

import hmac
from typing import Literal

from runner.sandbox import derive
from runner.sandbox.books import Books
from runner.sandbox.giffgaff.line import NAME

SOLD, DIGITS, POUNDS = 12, 16, 10
"""How many the owner has bought, how long their codes are, and what each is worth."""


def code(books: Books, place: int) -> str:
    """The code on the owner's voucher in this place."""
    return derive.digits(books.seed, DIGITS, NAME, "voucher", place)


def next_code(books: Books) -> str:
    """The first that was not redeemed; the last one, when all were."""
    used: list[int] = books.get(NAME, "vouchers_used", [])
    return code(books, next((place for place in range(SOLD) if place not in used), SOLD - 1))


def find(books: Books, given: str) -> int | Literal["used"] | None:
    """The place of the voucher with this code; None where there is none."""
    used: list[int] = books.get(NAME, "vouchers_used", [])
    for place in range(SOLD):
        if hmac.compare_digest(given.encode(), code(books, place).encode()):
            return "used" if place in used else place
    return None


def redeem(books: Books, place: int) -> None:
    """Use a voucher up."""
    books.put(NAME, vouchers_used=[*books.get(NAME, "vouchers_used", []), place])
