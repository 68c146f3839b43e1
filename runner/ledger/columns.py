"""Column types that mean the same on every database."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from runner.values.money import Money


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. SQLite forgets the zone; it is put back on the way out.

    Raises ValueError for a moment without a zone.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone does not go into the ledger.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Amount(TypeDecorator[Decimal]):
    """A decimal number kept as text, digit for digit. SQLite has no exact decimals of its own.

    Raises ValueError for one that is not finite.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not value.is_finite():
            raise ValueError("An amount of money is a finite number.")
        return format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def money_columns(money: Money | None) -> dict[str, Any]:
    """The two columns of a price or balance."""
    return {
        "amount": None if money is None else money.amount,
        "currency": None if money is None else money.currency,
    }


def money_of(amount: Decimal | None, currency: str | None) -> Money | None:
    """Money of the two columns; None where there is none."""
    return None if amount is None or currency is None else Money(amount, currency)
