"""A curve in the terminal: one column a stretch of time, bars in eighths of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from runner.values.curve import BARS, spread

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
    known = spread(points, across, points[0][0], points[-1][0])
    values = [points[0][1] if value is None else value for value in known]
    span = (high - low) or 1.0
    eighths = [max(1, round((value - low) / span * _HEIGHT * 8)) for value in values]
    lines = [title]
    for row in range(_HEIGHT - 1, -1, -1):
        label = labels[0] if row == _HEIGHT - 1 else labels[1] if row == 0 else ""
        bars = "".join(BARS[min(8, max(0, filled - row * 8))] for filled in eighths)
        lines.append(f"{label:>{margin}} ▕{bars}".rstrip())
    first, last = (f"{points[i][0]:%Y-%m-%d}" for i in (0, -1))
    between = max(1, across - len(first) - len(last))
    lines.append(f"{'':>{margin}}  {first}{' ' * between}{last if last != first else ''}".rstrip())
    return lines
