"""A curve in the terminal: one column a stretch of time, bars in eighths of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

_BARS = " ▁▂▃▄▅▆▇█"
_HEIGHT = 5


def chart(
    title: str, points: Sequence[tuple[datetime, float]], room: int, unit: str = ""
) -> list[str]:
    """The curve of points in order of time, as lines of at most `room` cells.

    A stretch without a point keeps the value before it. The scale goes from 0, or from the lowest
    value where that is below.
    """
    low, high = min(0.0, *(v for _, v in points)), max(v for _, v in points)
    labels = [f"{value:,.10g}{unit}" for value in (high, low)]
    margin = max(len(label) for label in labels)
    across = max(10, min(room - margin - 2, 100))
    values = _spread(points, across)
    span = (high - low) or 1.0
    eighths = [max(1, round((value - low) / span * _HEIGHT * 8)) for value in values]
    lines = [title]
    for row in range(_HEIGHT - 1, -1, -1):
        label = labels[0] if row == _HEIGHT - 1 else labels[1] if row == 0 else ""
        bars = "".join(_BARS[min(8, max(0, filled - row * 8))] for filled in eighths)
        lines.append(f"{label:>{margin}} ▕{bars}".rstrip())
    first, last = (f"{points[i][0]:%Y-%m-%d}" for i in (0, -1))
    between = max(1, across - len(first) - len(last))
    lines.append(f"{'':>{margin}}  {first}{' ' * between}{last if last != first else ''}".rstrip())
    return lines


def _spread(points: Sequence[tuple[datetime, float]], across: int) -> list[float]:
    """One value for each stretch: the last one known by its end."""
    start, end = points[0][0].timestamp(), points[-1][0].timestamp()
    length = (end - start) or 1.0
    values: list[float] = []
    place, current = 0, points[0][1]
    for column in range(across):
        until = start + length * (column + 1) / across
        while place < len(points) and points[place][0].timestamp() <= until + 1e-6:
            current = points[place][1]
            place += 1
        values.append(current)
    return values
