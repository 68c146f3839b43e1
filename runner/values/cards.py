"""Payment cards: as sites show them, all but the last four digits hidden; and as owners write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from runner.values.context import ReadAs
from runner.values.errors import Unreadable, reading
from runner.values.plain import plain

_HIDDEN = re.compile(r"(?:[^0-9]*[\s:])?[*•●·xX※-][*•●·xX※\s-]*([0-9]{4})")


def read_card(text: str, how: ReadAs) -> str:
    """The last four digits of a card. A number shown in full is refused, and not repeated."""
    if len(re.findall(r"[0-9]", text)) > 8:
        raise Unreadable("card", "••••", "it shows more than the end of a card number")
    with reading("card", text):
        match = _HIDDEN.fullmatch(plain(text, "card"))
        if match is None:
            raise ValueError("it is not the end of a card number such as `****1234`")
        return match[1]


_NUMBER = re.compile(r"[0-9](?:[ -]?[0-9]){11,18}", re.ASCII)
_EXPIRY = re.compile(r"(0?[1-9]|1[0-2]) ?[/-] ?(20)?([0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Expiry:
    """The month at whose end a card runs out."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Expiry:
        """From `12/27` or `12/2027`. Raises ValueError, which does not repeat the text."""
        match = _EXPIRY.fullmatch(text.strip())
        if match is None:
            raise ValueError("this is no month and year such as 12/27")
        return cls(2000 + int(match[3]), int(match[1]))

    def is_over(self, today: date) -> bool:
        """Whether it has run out."""
        return (self.year, self.month) < (today.year, today.month)


def check_number(text: str) -> None:
    """Raises ValueError for what is no card number: 12 to 19 digits, the last by Luhn's formula.

    The formula is that of ISO/IEC 7812-1. The error does not repeat the number.
    """
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError("a card number has 12 to 19 digits")
    digits = [int(sign) for sign in reversed(text) if sign.isdigit()]
    total = sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    if total % 10:
        raise ValueError("its check digit is wrong: a digit was mistyped")


def check_cvc(text: str) -> None:
    """Raises ValueError for what is no security code."""
    if not re.fullmatch(r"[0-9]{3,4}", text.strip(), re.ASCII):
        raise ValueError("a security code has three digits, or four")
