"""The one card of the practice accounts."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from runner.sandbox import derive
from runner.sandbox.books import Books

NAME = "bank"
PHONE = "090-0000-4649"


@dataclass(frozen=True, slots=True)
class Card:
    """What a shop sends the bank. A saved card has no `cvc`."""

    number: str
    expiry: str
    cvc: str | None = None

    @property
    def last_four(self) -> str:
        """All that a shop may show of it."""
        return self.number[-4:]


def of_owner(books: Books) -> Card:
    """The owner's card: a number that passes the check of Luhn, and no issuer has given out."""
    body = "400000" + derive.digits(books.seed, 9, NAME, "number")
    return Card(body + _check_digit(body), "12/39", derive.digits(books.seed, 3, NAME, "cvc"))


def knows(books: Books, card: Card) -> bool:
    """Whether this is the owner's card, with all that was printed on it."""
    right = of_owner(books)
    given = "".join(card.number.split()), card.expiry.replace(" ", ""), card.cvc or right.cvc
    wanted = right.number, right.expiry, right.cvc
    return all(
        hmac.compare_digest((one or "").encode(), (other or "").encode())
        for one, other in zip(given, wanted, strict=True)
    )


def _check_digit(body: str) -> str:
    """The last digit by ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)
