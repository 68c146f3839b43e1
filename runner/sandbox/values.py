"""Reading the values of settings and options, as typed on a command line or given in Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from runner.sandbox.errors import BadValue

Parser = Callable[[str, Any], Any]
"""(name, value) to the value as it is kept; raises BadValue."""

IN_GB = {"KB": Decimal(1) / 1024 / 1024, "MB": Decimal(1) / 1024, "GB": Decimal(1)}


@dataclass(frozen=True, slots=True)
class Key:
    """A setting or an option: what it means and how its value is read.

    A key without a parser takes no value: setting it does something.
    """

    meaning: str
    parse: Parser | None = None
    default: Any = None


def text(name: str, value: Any) -> str:
    """Any words."""
    if value is None or not str(value).strip():
        raise BadValue(name, value, "some text")
    return str(value)


def count(name: str, value: Any) -> int:
    """A whole number, 0 or more."""
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    if number < 0:
        raise BadValue(name, value, "a whole number such as 3")
    return number


def seconds(name: str, value: Any) -> float:
    """A time in seconds, 0 or more; fractions are fine."""
    try:
        number = float(str(value))
    except ValueError:
        number = -1
    if not 0 <= number < float("inf"):
        raise BadValue(name, value, "a number of seconds such as 90")
    return number


def dollars(name: str, value: Any) -> str:
    """An amount of dollars, 0 or more, kept with its cents."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise BadValue(name, value, "an amount in dollars such as 12.00")
    return f"{amount:.2f}"


def switch(name: str, value: Any) -> bool:
    """Yes or no."""
    word = str(value).lower()
    if word in ("yes", "on", "true", "1"):
        return True
    if word in ("no", "off", "false", "0"):
        return False
    raise BadValue(name, value, "yes or no")


def gigabytes(name: str, value: Any) -> str:
    """A data volume in GB, as decimal text; `0.21`, `3 GB` and `512MB` are understood."""
    parts = re.fullmatch(r"\s*([0-9.]+)\s*(KB|MB|GB)?\s*", str(value), re.IGNORECASE)
    try:
        amount = Decimal(parts[1]) if parts else None
    except InvalidOperation:
        amount = None
    if parts is None or amount is None:
        raise BadValue(name, value, "a data volume such as 0.5 or 512MB")
    return str(amount * IN_GB[(parts[2] or "GB").upper()])


def day(name: str, value: Any) -> str:
    """A date, kept in ISO form."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise BadValue(name, value, "a date such as 2026-11-20") from None


def moment(name: str, value: Any) -> datetime | None:
    """A moment with its zone, or `real` for the machine's own time."""
    if value in (None, "real"):
        return None
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadValue(name, value, "a moment such as 2026-01-31T10:00+09:00, or real,")
    return found


def one_of(*words: str) -> Parser:
    """One of these words."""

    def parse(name: str, value: Any) -> str:
        if str(value) not in words:
            raise BadValue(name, value, f"one of {', '.join(words)}")
        return str(value)

    return parse
