"""From what a page shows to a value, by its kind; and from values to JSON."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isinf
from typing import Any

from runner.values.context import ReadAs
from runner.values.data import DataVolume
from runner.values.errors import Unreadable
from runner.values.money import Money
from runner.values.plain import tidy
from runner.values.secret import Secret

Value = Any
"""What a kind gives: Money, date, DataVolume, str and so on; each reader's signature says which."""


def read_text(text: str, how: ReadAs) -> str:
    """The text, with one way to write digits and spaces. It may be empty."""
    return tidy(text)


READERS: Mapping[str, str] = {
    "text": "read",
    "money": "amounts",
    "money_range": "amounts",
    "rate": "rates",
    "date": "dates",
    "datetime": "dates",
    "month": "months",
    "date_range": "terms",
    "time": "clock",
    "time_range": "clock",
    "recurrence": "terms",
    "validity": "terms",
    "duration": "durations",
    "data": "volumes",
    "data_pair": "volumes",
    "topping": "toppings",
    "speed": "volumes",
    "count": "counts",
    "phone": "phones",
    "card": "cards",
    "status": "statuses",
}
"""Every kind, and the module that reads it. What a run does not read, it does not load."""


@lru_cache
def _reader(kind: str) -> tuple[Callable[..., Value], frozenset[str]]:
    """What reads a kind, and the options that it knows."""
    module = importlib.import_module(f"runner.values.{READERS[kind]}")
    reader: Callable[..., Value] = getattr(module, f"read_{kind}")
    parameters = inspect.signature(reader).parameters.items()
    return reader, frozenset(name for name, it in parameters if it.kind is it.KEYWORD_ONLY)


def read(kind: str, text: str, how: ReadAs, **options: Any) -> Value:
    """The value of a text. Raises Unreadable where it is not one for certain.

    Raises ValueError for a kind that there is not, and Unreadable for an option that the kind does
    not know: both are mistakes of the flow.
    """
    if kind not in READERS:
        raise ValueError(f"there is no kind `{kind}`, only {', '.join(READERS)}")
    reader, known = _reader(kind)
    if unknown := set(options) - known:
        raise Unreadable(
            kind, text, f"`{'`, `'.join(sorted(unknown))}` says nothing about this kind"
        )
    return reader(text, how, **options)


def to_json(value: Value) -> Any:
    """A value as JSON keeps it: amounts as text, so that no digit is lost. Raises TypeError.

    A value of several parts becomes an object with its parts; a Secret is refused.
    """
    simple = _simple(value)
    if simple is not None or value is None:
        return simple
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: to_json(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Secret):
        raise TypeError("a secret is never written as JSON")
    raise TypeError(f"{type(value).__name__} is no value that JSON keeps")


def _simple(value: Value) -> Any:
    match value:
        case float() if isinf(value):
            return "unlimited"
        case str() | bool() | int() | float():
            return value
        case Decimal():
            return f"{value:f}"
        case Money():
            return {"amount": f"{value.amount:f}", "currency": value.currency}
        case DataVolume():
            return {"bytes": value.bytes, "text": str(value)}
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return {"days": value.days, "seconds": value.seconds}
    return _rare(value)


def _rare(value: Value) -> Any:
    from runner.values.clock import TimeOfDay
    from runner.values.durations import Months
    from runner.values.months import Month
    from runner.values.volumes import Speed

    if isinstance(value, Months):
        return {"months": value.count}
    return str(value) if isinstance(value, Month | TimeOfDay | Speed) else None


def warm_up() -> None:
    """Load the libraries that the first amount and the first date would otherwise wait for."""
    how = ReadAs(now=datetime.now(UTC), locale="ja-JP", currency="JPY")
    read("money", "1,000円", how)
    read("date", "2026年1月1日", how)
    read("data", "1GB", how)
