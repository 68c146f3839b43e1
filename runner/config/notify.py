"""Who is told what, and when: the `notify:` of config.yaml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema

from runner.config.model import Part
from runner.config.quantities import Duration, wanted
from runner.config.references import SecretReference

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""Names of accounts and targets: they become parts of paths and commands."""

Language = Literal["en", "ja", "zh-CN", "zh-TW"]
Name = Annotated[str, Field(pattern=NAME)]

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = r"([01]?[0-9]|2[0-3]):([0-5][0-9])"
_DIGEST = re.compile(rf"(?:daily|weekly on ({'|'.join(_DAYS)})) at {_CLOCK}")
_QUIET = re.compile(rf"{_CLOCK} ?\.\. ?{_CLOCK}")
_QUIET_EXAMPLE = "`22:00..07:00`"


@dataclass(frozen=True, slots=True)
class DigestTime:
    """When a digest is sent, by the owner's clock. `weekday` counts from Monday, 0; None: daily."""

    at: time
    weekday: int | None = None

    def __str__(self) -> str:
        days = "daily" if self.weekday is None else f"weekly on {_DAYS[self.weekday]}"
        return f"{days} at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class QuietTime:
    """When a target is left alone, by the owner's clock. It may last over midnight."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}..{self.end:%H:%M}"


def _digest(value: Any) -> DigestTime:
    match = _DIGEST.fullmatch(" ".join(value.split())) if isinstance(value, str) else None
    if match is None:
        raise wanted("the time of a digest", "`daily at 08:00` or `weekly on monday at 08:00`")
    day, hour, minute = match.groups()
    return DigestTime(time(int(hour), int(minute)), None if day is None else _DAYS.index(day))


def _quiet_time(value: Any) -> QuietTime:
    match = _QUIET.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise wanted("a stretch of the day", _QUIET_EXAMPLE)
    first, minute, last, last_minute = (int(found) for found in match.groups())
    start, end = time(first, minute), time(last, last_minute)
    if start == end:
        raise wanted("a stretch of the day that has a length", _QUIET_EXAMPLE)
    return QuietTime(start, end)


def _in_full(value: Any) -> Any:
    """Quiet hours alone stand for a mapping that says nothing more."""
    return {"at": value} if isinstance(value, str) else value


_QUIET_SCHEMA = {
    "type": "string",
    "pattern": r"^\d{1,2}:\d{2} ?\.\. ?\d{1,2}:\d{2}$",
    "examples": ["22:00..07:00"],
}
QuietTimeField = Annotated[
    QuietTime, PlainValidator(_quiet_time), PlainSerializer(str), WithJsonSchema(_QUIET_SCHEMA)
]
DigestField = Annotated[
    DigestTime,
    PlainValidator(_digest),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^(daily|weekly on ({'|'.join(_DAYS)})) at \d{{1,2}}:\d{{2}}$",
            "examples": ["daily at 08:00", "weekly on monday at 08:00"],
        }
    ),
]


class Quiet(Part):
    """Quiet hours of a target."""

    at: QuietTimeField = Field(description="From when to when, by your own clock.")
    even_urgent: bool = Field(
        False, description="Keep back even what a run waits for, and news of a line's last day."
    )


QuietField = Annotated[
    Quiet,
    BeforeValidator(_in_full),
    WithJsonSchema(
        {
            "anyOf": [
                _QUIET_SCHEMA,
                {
                    "type": "object",
                    "properties": {"at": _QUIET_SCHEMA, "even_urgent": {"type": "boolean"}},
                    "required": ["at"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


class TargetEntry(Part):
    """Where messages go."""

    url: SecretReference = Field(description="An Apprise address, which is a secret.")
    events: list[str] | None = Field(None, description="What it hears of at once.")
    accounts: list[str] | None = Field(None, description="Whom it hears of; all if absent.")
    language: Language | None = Field(None, description="Of its messages.")
    digest: DigestField | None = Field(
        None, description="When it gets one message about every line, and all that happened."
    )
    quiet: QuietField | None = Field(
        None, description="When it gets nothing but what is urgent; the rest waits for the end."
    )
    repeat: Duration = Field(
        timedelta(days=1), description="After so long it is told again of trouble that goes on."
    )


class Notify(Part):
    """Who is told what."""

    targets: dict[Name, TargetEntry] = Field(
        default_factory=dict,
        description="Where messages go, by the names that you give them.",
    )
    templates: Path | None = Field(None, description="A folder with templates of your own.")
