"""Prepaid cards (プリペイドカード): numbers that are sold in shops, each good for one recharge.

Their length is not known publicly; fourteen digits are a guess.
"""

from __future__ import annotations

import hmac

from runner.sandbox import derive
from runner.sandbox.books import Books
from runner.sandbox.softbank_prepaid.line import NAME

SOLD, DIGITS, YEN = 12, 14, 3000
"""How many the owner has bought, how long their numbers are, and what each is worth."""


def number(books: Books, place: int) -> str:
    """The number under the scratch field of the owner's card in this place."""
    return derive.digits(books.seed, DIGITS, NAME, "card", place)


def next_number(books: Books) -> str:
    """The first that was not used; the last one, when all were."""
    used: list[int] = books.get(NAME, "cards_used", [])
    return number(books, next((place for place in range(SOLD) if place not in used), SOLD - 1))


def find(books: Books, given: str) -> int | None:
    """The place of the card with this number; None where there is none, or it was used."""
    used: list[int] = books.get(NAME, "cards_used", [])
    for place in range(SOLD):
        if hmac.compare_digest(given.encode(), number(books, place).encode()):
            return None if place in used else place
    return None


def use(books: Books, place: int) -> bool:
    """Use a card up; whether it was still good."""
    used: list[int] = books.get(NAME, "cards_used", [])
    if place in used:
        return False
    books.put(NAME, cards_used=[*used, place])
    return True
