"""From what a page shows to a value, by its kind; and from values to JSON."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import isinf
from typing import Any

from runner.values.amounts import read_money, read_money_range
from runner.values.cards import read_card
from runner.values.clock import TimeOfDay, read_time, read_time_range
from runner.values.context import ReadAs
from runner.values.counts import read_count
from runner.values.data import DataVolume
from runner.values.dates import read_date, read_datetime
from runner.values.durations import Months, read_duration
from runner.values.errors import Unreadable
from runner.values.money import Money
from runner.values.months import Month, read_month
from runner.values.phones import read_phone
from runner.values.plain import tidy
from runner.values.rates import read_rate
from runner.values.secret import Secret
from runner.values.statuses import read_status
from runner.values.terms import read_date_range, read_recurrence, read_validity
from runner.values.toppings import read_topping
from runner.values.volumes import Speed, read_data, read_data_pair, read_speed

Value = Any
"""What a kind gives: Money, date, DataVolume, str and so on; each reader's signature says which."""


def read_text(text: str, how: ReadAs) -> str:
    """The text, with one way to write digits and spaces. It may be empty."""
    return tidy(text)


READERS: Mapping[str, Callable[..., Value]] = {
    "text": read_text,
    "money": read_money,
    "money_range": read_money_range,
    "rate": read_rate,
    "date": read_date,
    "datetime": read_datetime,
    "month": read_month,
    "date_range": read_date_range,
    "time": read_time,
    "time_range": read_time_range,
    "recurrence": read_recurrence,
    "validity": read_validity,
    "duration": read_duration,
    "data": read_data,
    "data_pair": read_data_pair,
    "topping": read_topping,
    "speed": read_speed,
    "count": read_count,
    "phone": read_phone,
    "card": read_card,
    "status": read_status,
}
OPTIONS: Mapping[str, frozenset[str]] = {
    kind: frozenset(
        name
        for name, it in inspect.signature(reader).parameters.items()
        if it.kind is it.KEYWORD_ONLY
    )
    for kind, reader in READERS.items()
}
"""The options that each kind knows."""


def read(kind: str, text: str, how: ReadAs, **options: Any) -> Value:
    """The value of a text. Raises Unreadable where it is not one for certain.

    Raises ValueError for a kind that there is not, and Unreadable for an option that the kind does
    not know: both are mistakes of the flow.
    """
    reader = READERS.get(kind)
    if reader is None:
        raise ValueError(f"there is no kind `{kind}`, only {', '.join(READERS)}")
    if unknown := set(options) - OPTIONS[kind]:
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
        case Months():
            return {"months": value.count}
        case Month() | TimeOfDay() | Speed():
            return str(value)
    return None


def warm_up() -> None:
    """Load the libraries that the first amount and the first date would otherwise wait for."""
    how = ReadAs(now=datetime.now(UTC), locale="ja-JP", currency="JPY")
    read("money", "1,000円", how)
    read("date", "2026年1月1日", how)
    read("data", "1GB", how)
