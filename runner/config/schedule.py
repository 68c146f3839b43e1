"""The grammar of `schedule:`. When that is, the schedule room works out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from runner.config.cron import Cron, WrongCron

_DAILY = re.compile(r"daily at ([0-9]{1,2}:[0-9]{2})(?: ?\.\. ?([0-9]{1,2}:[0-9]{2}))?")
_ADAPTIVE = re.compile(r"adaptive(?: at ([0-9]{1,2}:[0-9]{2})(?: ?\.\. ?([0-9]{1,2}:[0-9]{2}))?)?")
_EVERY = re.compile(r"every ([0-9]{1,3}) (hours?|days?)")
_HINT = (
    "write it like `daily at 09:30`, `daily at 09:30..10:30`, `adaptive at 09:30..10:30`, "
    '`every 6 hours` or `{cron: "30 9 * * 1-5"}`'
)


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day, at a time of the wall clock, or at some moment of a window (`end` included)."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"daily at {_window(self)}"


@dataclass(frozen=True, slots=True)
class Adaptive:
    """Seldom while the first of the account's lines has long to go, daily in its last fortnight.

    At some moment of a window, as `Daily`.
    """

    start: time = time(9)
    end: time = time(11)

    def __str__(self) -> str:
        return f"adaptive at {_window(self)}"


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again, so much after the last run began."""

    gap: timedelta

    def __str__(self) -> str:
        hours = int(self.gap.total_seconds() // 3600)
        return f"every {hours // 24} days" if hours % 24 == 0 else f"every {hours} hours"


Schedule = Daily | Adaptive | Every | Cron


def _window(schedule: Daily | Adaptive) -> str:
    window = "" if schedule.end == schedule.start else f"..{schedule.end:%H:%M}"
    return f"{schedule.start:%H:%M}{window}"


def parse_schedule(value: Any) -> Schedule:
    """The schedule that a value of the file is. Raises ValueError."""
    if isinstance(value, Daily | Adaptive | Every | Cron):
        return value
    if isinstance(value, dict) and set(value) == {"cron"} and isinstance(value["cron"], str):
        return Cron.parse(value["cron"])
    if not isinstance(value, str):
        raise ValueError("this is not a schedule")
    if match := _DAILY.fullmatch(value.strip()):
        return Daily(*_times(match))
    if match := _ADAPTIVE.fullmatch(value.strip()):
        return Adaptive(*_times(match)) if match[1] else Adaptive()
    if match := _EVERY.fullmatch(value.strip()):
        gap = timedelta(hours=int(match[1]) * (24 if match[2].startswith("day") else 1))
        if not gap:
            raise ValueError("the gap between two runs is at least an hour")
        return Every(gap)
    raise ValueError("this is not a schedule")


def _times(match: re.Match[str]) -> tuple[time, time]:
    """Beginning and end of the window. Raises ValueError."""
    start = _time(match[1])
    end = _time(match[2]) if match[2] else start
    if end < start:
        raise ValueError("this window ends before it begins; a window lies within one day")
    return start, end


def _time(text: str) -> time:
    hours, minutes = (int(part) for part in text.split(":"))
    if hours > 23 or minutes > 59:
        raise ValueError("a time of day is between 00:00 and 23:59")
    return time(hours, minutes)


def _read(value: Any) -> Schedule:
    try:
        return parse_schedule(value)
    except WrongCron as wrong:
        context = {"message": str(wrong), "hint": wrong.hint}
        raise PydanticCustomError("schedule_wanted", "{message}", context) from None
    except ValueError as wrong:
        context = {"message": str(wrong), "hint": _HINT}
        raise PydanticCustomError("schedule_wanted", "{message}", context) from None


def _written(schedule: Schedule) -> Any:
    return {"cron": schedule.text} if isinstance(schedule, Cron) else str(schedule)


ScheduleField = Annotated[
    Schedule,
    PlainValidator(_read),
    PlainSerializer(_written),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^(daily at \d|adaptive|every \d+ (hour|day))"},
                {
                    "type": "object",
                    "properties": {"cron": {"type": "string"}},
                    "required": ["cron"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""A field that holds a schedule."""
