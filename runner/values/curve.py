"""Curves in a line of text: one bar a stretch of time, in eighths of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

BARS = " ▁▂▃▄▅▆▇█"

Points = Sequence[tuple[datetime, float]]
"""Values and their times, in order of time."""


def spread(points: Points, across: int, start: datetime, end: datetime) -> list[float | None]:
    """One value for each of `across` equal stretches from `start` to `end`: the last one known by
    the end of the stretch. None: none was known yet.
    """
    length = (end - start).total_seconds() or 1.0
    values: list[float | None] = []
    place, current = 0, None
    for column in range(across):
        until = length * (column + 1) / across
        while place < len(points) and (points[place][0] - start).total_seconds() <= until + 1e-6:
            current = points[place][1]
            place += 1
        values.append(current)
    return values


def spark(values: Sequence[float | None]) -> str:
    """The values as bars, from 0 up, or from the lowest value where that is below; a blank for None.

    Empty where nothing is known.
    """
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(0.0, *known), max(0.0, *known)
    return "".join(
        " " if value is None else BARS[max(1, round((value - low) / ((high - low) or 1.0) * 8))]
        for value in values
    )
