"""A curve over time as a picture: where its lines, marks and words go. Templates draw it as SVG.

Values hold until the next reading, so lines are steps. Where nobody has read for longer than runs are apart,
there is a gap: nobody knows what was there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import ceil, floor, log10
from zoneinfo import ZoneInfo

WIDTH, HEIGHT = 420, 180
LEFT, RIGHT, TOP, BOTTOM = 62, 10, 10, 26
"""The margins in which marks and words stand."""
FRAME = {
    "width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "top": TOP,
    "bottom": HEIGHT - BOTTOM,
}  # fmt: skip
"""Where a template draws the axes."""
_MOST_DATES = 5
_ROUND = (1, 2, 5, 10)

Point = tuple[datetime, float | None]
"""A moment, and the value from then on; None: it was not shown."""


@dataclass(frozen=True)
class Mark:
    """A place on an axis, and what stands there."""

    at: float
    text: str


@dataclass(frozen=True)
class Curve:
    """What is drawn. `lines` are paths of SVG; `gaps` join their ends where nothing is known; `dots` are
    single readings with gaps on both sides.
    """

    lines: tuple[str, ...]
    gaps: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    across: tuple[Mark, ...]
    up: tuple[Mark, ...]
    first: float
    last: float
    lowest: float
    highest: float


def curve(
    points: Sequence[Point],
    since: datetime,
    until: datetime,
    longest: timedelta,
    zone: ZoneInfo,
    value_text: Callable[[float], str],
    day_text: Callable[[date], str],
    base: int = 10,
    least: float = 0,
) -> Curve | None:
    """The curve of points in order of time; None where none has a value.

    `longest`: how far two readings may be apart without a gap. `base`: 10, or 1024 for bytes.
    `least`: the smallest step of the axis.
    """
    known = [(at, value) for at, value in points if value is not None]
    if not known:
        return None
    values = [value for _, value in known]
    low, high, step = _scale(min(values), max(values), base, least)

    def x(moment: datetime) -> float:
        share = (moment - since) / (until - since)
        return round(LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    pieces = _pieces(points, longest)
    ends = [(piece[-1], after[0]) for piece, after in pairwise(pieces)]
    count = round((high - low) / step)
    return Curve(
        lines=tuple(_steps(piece, x, y, until, longest) for piece in pieces if _has_length(piece)),
        gaps=tuple(
            f"M{x(one)} {y(value)}L{x(other)} {y(following)}"
            for (one, value), (other, following) in ends
        ),
        dots=tuple((x(one[0][0]), y(one[0][1])) for one in pieces if not _has_length(one)),
        across=tuple(
            Mark(x(moment), day_text(moment.date())) for moment in _days(since, until, zone)
        ),
        up=tuple(
            Mark(y(low + number * step), value_text(low + number * step))
            for number in range(count + 1)
        ),
        first=values[0],
        last=values[-1],
        lowest=min(values),
        highest=max(values),
    )


Known = tuple[datetime, float]


def _pieces(points: Sequence[Point], longest: timedelta) -> list[list[Known]]:
    """The stretches without a gap. A reading that does not show the value is a gap as well."""
    pieces: list[list[Known]] = []
    before: datetime | None = None
    for at, value in points:
        if value is None:
            before = None
            continue
        if before is None or at - before > longest:
            pieces.append([])
        pieces[-1].append((at, value))
        before = at
    return pieces


def _has_length(piece: Sequence[Known]) -> bool:
    return len(piece) > 1


def _steps(
    piece: Sequence[Known],
    x: Callable[[datetime], float],
    y: Callable[[float], float],
    until: datetime,
    longest: timedelta,
) -> str:
    """A path that keeps each value until the next one; the last one until now, if it is fresh."""
    path = f"M{x(piece[0][0])} {y(piece[0][1])}"
    value = piece[0][1]
    for at, following in piece[1:]:
        if following != value:
            path += f"H{x(at)}V{y(following)}"
            value = following
    last = piece[-1][0]
    return f"{path}H{x(until if until - last <= longest else last)}"


def _scale(lowest: float, highest: float, base: int, least: float) -> tuple[float, float, float]:
    """The axis from 0 (or from below it) to a round number, with three to five marks."""
    low, high = min(0.0, lowest), max(0.0, highest)
    if high == low:
        return low, low + 1, 1
    step = max(_round_up((high - low) / 4, base), least)
    start = floor(low / step) * step
    return start, start + ceil((high - start) / step) * step, step


def _round_up(rough: float, base: int) -> float:
    """The next round number: 1, 2, 5 and their tens; for bytes of the largest fitting unit."""
    scale = 1.0
    while base != 10 and rough > scale * 250:  # four steps are more than 1,000
        scale *= base
    power = 10.0 ** floor(log10(rough / scale)) * scale
    return next(power * one for one in _ROUND if power * one >= rough)


def _days(since: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
    """A few midnights, evenly apart."""
    first = since.astimezone(zone).date() + timedelta(days=1)
    count = (until.astimezone(zone).date() - first).days + 1
    gaps = (1, 2, 7, 14, 30, 61, 91, 183)
    gap = gaps[min(bisect_left([g * _MOST_DATES for g in gaps], count), len(gaps) - 1)]
    days = (first + timedelta(days=number) for number in range(0, max(count, 0), gap))
    return [datetime.combine(day, time(), zone) for day in days]
