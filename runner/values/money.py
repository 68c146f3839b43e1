"""Money: an exact amount in one currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_CANONICAL = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) ([A-Z]{3})", re.ASCII)


class CurrencyMismatch(TypeError):
    """Amounts in two currencies can't be added or compared; nobody knows today's rate."""

    def __init__(self, one: Money, other: Money) -> None:
        super().__init__(f"{one} and {other} are in different currencies")


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in a currency (ISO 4217). Exact: never made from a float."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"an amount is a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite():
            raise ValueError("an amount is a finite number")
        if not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise ValueError(f"`{self.currency}` is no currency code such as JPY")

    @classmethod
    def parse(cls, text: str) -> Money:
        """The money of a canonical text such as `550 JPY`. Raises ValueError."""
        match = _CANONICAL.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"`{text}` is no amount such as `550 JPY`")
        return cls(Decimal(match[1]), match[2])

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def _same(self, other: Money) -> Decimal:
        """The other's amount. Raises CurrencyMismatch, and TypeError for what is no money."""
        if not isinstance(other, Money):
            raise TypeError(f"money and {type(other).__name__} don't go together")
        if other.currency != self.currency:
            raise CurrencyMismatch(self, other)
        return other.amount
