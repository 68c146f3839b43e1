"""Values of config.yaml with a unit: amounts of money, lengths of time, sizes on disk."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from runner.values.data import DataVolume
from runner.values.money import Money

_DURATION = re.compile(
    r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(seconds?|s|minutes?|min|hours?|h|days?|d|weeks?)"
)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse_duration(text: str) -> timedelta:
    """The time of a text such as `90 seconds`, `4 minutes` or `90 days`. Raises ValueError."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not Decimal(match[1]):
        raise ValueError("not a length of time")
    return timedelta(seconds=float(Decimal(match[1]) * _SECONDS[match[2][0]]))


def write_duration(time: timedelta) -> str:
    """A length of time in its largest whole unit: `4 minutes`."""
    seconds = time.total_seconds()
    for name, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length and seconds % length == 0:
            return f"{seconds / length:g} {name}{'' if seconds == length else 's'}"
    return f"{seconds:g} seconds"


def wanted(what: str, example: str) -> PydanticCustomError:
    """The error for a value in the wrong form; it does not repeat the value."""
    hint = f"write it like {example}"
    return PydanticCustomError("form_wanted", "{what} is wanted", {"what": what, "hint": hint})


def _amount(value: Any) -> Money:
    try:
        money = value if isinstance(value, Money) else Money.parse(value)
    except (ValueError, AttributeError):
        raise wanted("an amount with its currency", "`1100 JPY`") from None
    if money.amount < 0:
        raise wanted("an amount that is not negative", "`1100 JPY`")
    return money


def _duration(value: Any) -> timedelta:
    try:
        return value if isinstance(value, timedelta) else parse_duration(value)
    except (ValueError, AttributeError):
        raise wanted("a length of time", "`4 minutes` or `90 days`") from None


def _size(value: Any) -> int:
    try:
        volume = DataVolume.parse(value)
    except (ValueError, AttributeError):
        raise wanted("a size", "`2 GB`") from None
    if not volume.bytes:
        raise wanted("a size above nothing", "`2 GB`")
    return volume.bytes


def _text(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


Amount = Annotated[
    Money,
    PlainValidator(_amount),
    PlainSerializer(str),
    _text(r"^\d+(\.\d+)? [A-Z]{3}$", "1100 JPY"),
]
"""Money, written `1100 JPY`."""

Duration = Annotated[
    timedelta,
    PlainValidator(_duration),
    PlainSerializer(write_duration),
    _text(r"^\d+(\.\d+)? ?(seconds?|s|minutes?|min|hours?|h|days?|d|weeks?)$", "4 minutes"),
]
"""A length of time above nothing, written `4 minutes`."""

Size = Annotated[
    int,
    PlainValidator(_size),
    PlainSerializer(lambda size: str(DataVolume(size))),
    _text(r"^\d+(\.\d+)? ?[KMGT]?B$", "2 GB"),
]
"""Bytes, written `2 GB`."""
