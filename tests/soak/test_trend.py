"""The slope of a noisy series: what is flat passes, what leaks is seen."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from benchmarks.soaking.trend import HOUR, Point, medians, smooth_trend, trend

MOMENTS = [600.0 + 15 * number for number in range(440)]
"""Two hours of looks, without their first ten minutes."""
SERIES = range(40)


def grown(shape: Callable[[float, Random], float], seed: int) -> bool:
    chance = Random(seed)  # noqa: S311  the same noise each time
    found = smooth_trend([(at, shape(at, chance)) for at in MOMENTS])
    assert found is not None
    return not found.flat()


def test_a_straight_line_is_found_exactly() -> None:
    found = trend([(at, 70 + 2 * at / HOUR) for at in MOMENTS[:50]])
    assert found is not None
    assert (found.per_hour, found.noise) == (pytest.approx(2), pytest.approx(0, abs=1e-9))
    assert found.low == pytest.approx(2)
    assert found.high == pytest.approx(2)


def test_a_single_wild_value_moves_nothing() -> None:
    points: list[Point] = [(at, 70.0) for at in MOMENTS[:50]]
    points[49] = (points[49][0], 9000.0)
    found = trend(points)
    assert found is not None
    assert found.per_hour == 0
    assert found.flat()


def test_noise_alone_passes() -> None:
    alarms = sum(grown(lambda _, chance: 90 + chance.gauss(0, 5), seed) for seed in SERIES)
    assert alarms <= 2


def test_a_megabyte_an_hour_is_seen_in_noise_of_five() -> None:
    """In noise of ±5 MB three times of four; more can't be known from two hours."""

    def leak(at: float, chance: Random) -> float:
        return 90 + at / HOUR + chance.uniform(-5, 5)

    assert sum(grown(leak, seed) for seed in SERIES) >= 30


def test_three_megabytes_an_hour_are_always_seen() -> None:
    def leak(at: float, chance: Random) -> float:
        return 90 + 3 * at / HOUR + chance.gauss(0, 5)

    assert all(grown(leak, seed) for seed in SERIES)


@pytest.mark.parametrize("period", [600, 900, 1200, 1800])
def test_a_sawtooth_passes(period: int) -> None:
    """A worker that grows until another takes its place."""

    def tooth(at: float, chance: Random) -> float:
        return 300 + 60 * (at % period) / period + chance.gauss(0, 3)

    assert not grown(tooth, 1)


def test_what_grows_little_is_allowed_only_if_that_is_sure() -> None:
    little = trend([(at, 70 + 0.2 * at / HOUR) for at in MOMENTS])
    much = trend([(at, 70 + 0.8 * at / HOUR) for at in MOMENTS])
    assert little is not None
    assert much is not None
    assert not little.flat()
    assert little.flat(allowed=0.5)
    assert not much.flat(allowed=0.5)


def test_of_few_points_nothing_is_said() -> None:
    assert trend([(0.0, 1.0), (15.0, 2.0)]) is None
    assert smooth_trend([]) is None


def test_windows_have_the_median_of_what_falls_into_them() -> None:
    samples = [(0.0, 1.0), (20.0, 9.0), (40.0, 2.0), (130.0, 5.0)]
    assert medians(samples, 60) == [(30, 2), (150, 5)]
