"""Months: `2026年2月`, `202602`, `05-19` and `1/27` as on cards, `Nov 2026`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runner.values.context import ReadAs
from runner.values.days import month_named
from runner.values.errors import reading
from runner.values.plain import plain

_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"(?:[0-9]_)?(?P<y>[0-9]{4})(?P<m>[0-9]{2})",
        r"(?:[^0-9]*[:\s])?(?P<y>[0-9]{4})\s?(?:年\s?|[-/.])(?P<m>[0-9]{1,2})(?:\s?月)?分?[^0-9]*",
        r"(?:[^0-9]*[:\s])?(?P<m>[0-9]{1,2})\s?[-/]\s?(?P<y>[0-9]{2}|[0-9]{4})",
        r"(?:[^0-9]*[:\s])?(?P<name>[^\W\d_]{3,12})\.?,?\s(?P<y>[0-9]{4})",
    )
)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of one year."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 9999 and 1 <= self.month <= 12):
            raise ValueError(f"there is no month {self.year}-{self.month}")

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def read_month(text: str, how: ReadAs) -> Month:
    """The month of a text. Two digits of a year are of this century. Raises Unreadable."""
    with reading("month", text):
        clean = plain(text, "month")
        for shape in _SHAPES:
            if match := shape.fullmatch(clean):
                named = match.groupdict()
                month = month_named(named["name"], how) if "name" in named else int(named["m"])
                if month is None:
                    break
                year = int(named["y"])
                return Month(year + 2000 if year < 100 else year, month)
        raise ValueError("it is not one month of one year")
