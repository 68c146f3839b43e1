"""Whether a series of measurements grows, told apart from its noise. Pure functions.

The slope is Theil's and Sen's: the median of the slopes of all pairs of points, which no single outlier moves.
Its interval is Sen's (1968): the order statistics of those slopes, by the variance of Kendall's S. It
assumes that neighbours do not depend on each other, so samples are first drawn together to medians over
windows that are long enough for that.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

Point = tuple[float, float]
"""Seconds, and what was measured then."""

SURE = 1.96
"""95 of 100 intervals hold the true slope."""
WIDTHS = (60.0, 120.0, 300.0, 600.0)
"""Seconds of the windows that are tried, shortest first."""
FEWEST = 8
"""With fewer points than this, nothing is said."""
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Trend:
    """Growth in an hour, and the interval in which it lies with a certainty of 95 %."""

    per_hour: float
    low: float
    high: float
    points: int
    noise: float
    """The median distance of a point from the line."""
    middle: float
    """The median of what was measured."""

    def flat(self, allowed: float = 0.0) -> bool:
        """It does not grow, as far as the noise lets it be known; or surely by less than `allowed`."""
        return self.low <= 0 or self.high < allowed


def trend(points: Sequence[Point]) -> Trend | None:
    """The trend of points that do not depend on each other; None where there are too few."""
    if len(points) < FEWEST:
        return None
    slopes = sorted(
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in combinations(sorted(points), 2)
        if later[0] > earlier[0]
    )
    slope = statistics.median(slopes)
    low, high = _interval(slopes, [value for _, value in points])
    off = [value - slope * at for at, value in points]
    start = statistics.median(off)
    return Trend(
        slope * HOUR,
        low * HOUR,
        high * HOUR,
        len(points),
        statistics.median(abs(one - start) for one in off),
        statistics.median(value for _, value in points),
    )


def smooth_trend(samples: Sequence[Point]) -> Trend | None:
    """The trend of samples whose neighbours may depend on each other.

    The windows are as short as it takes for their medians to be independent of their neighbours.
    """
    found = None
    for width in WIDTHS:
        points = medians(samples, width)
        widened = trend(points)
        if widened is None:
            break
        found = widened
        if neighbourly(points, widened) < 2 / math.sqrt(len(points)):
            break
    return found


def medians(samples: Sequence[Point], width: float) -> list[Point]:
    """The median of each window of so many seconds, at the middle of it. A window's scraps count too."""
    windows: dict[int, list[float]] = {}
    for at, value in samples:
        windows.setdefault(int(at // width), []).append(value)
    return [
        ((number + 0.5) * width, statistics.median(values))
        for number, values in sorted(windows.items())
    ]


def neighbourly(points: Sequence[Point], line: Trend) -> float:
    """How far a point's distance from the line foretells the next one's: from -1 to 1."""
    off = [value - line.per_hour / HOUR * at for at, value in points]
    mean = statistics.fmean(off)
    whole = sum((one - mean) ** 2 for one in off)
    if whole == 0:
        return 0.0
    return sum((a - mean) * (b - mean) for a, b in pairwise(off)) / whole


def _interval(slopes: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """The slopes between which the true one lies, from the sorted slopes of all pairs."""
    count = len(values)
    ties = (values.count(value) for value in set(values))
    variance = (
        count * (count - 1) * (2 * count + 5) - sum(tie * (tie - 1) * (2 * tie + 5) for tie in ties)
    ) / 18
    reach = SURE * math.sqrt(variance)
    low = max(math.floor((len(slopes) - reach) / 2), 0)
    high = min(math.ceil((len(slopes) + reach) / 2), len(slopes) - 1)
    return slopes[low], slopes[high]
