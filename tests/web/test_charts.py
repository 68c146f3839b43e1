"""Curves: where they go, what their axes say, and that what nobody knows is not drawn as known."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from runner.web.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Curve, Point, curve

TOKYO = ZoneInfo("Asia/Tokyo")
UNTIL = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=30)
DAY = timedelta(days=1)


def drawn(points: list[Point], base: int = 10, least: float = 0) -> Curve | None:
    return curve(
        points, SINCE, UNTIL, 1.5 * DAY, TOKYO, lambda value: f"{value:g}", lambda day: f"{day:%m-%d}",
        base, least,
    )  # fmt: skip


def daily(*values: float | None, first: datetime = SINCE) -> list[Point]:
    return [(first + number * DAY, value) for number, value in enumerate(values)]


def test_values_hold_until_the_next_reading() -> None:
    found = drawn(daily(10, 10, 5, 5, 10, first=UNTIL - 4 * DAY))
    assert found is not None
    [line] = found.lines
    assert line == "M363.6 10.0H386.8V82.0H410.0V10.0H410.0"
    assert found.gaps == found.dots == ()
    assert (found.first, found.last, found.lowest, found.highest) == (10, 10, 5, 10)


def test_a_gap_is_seen() -> None:
    found = drawn([*daily(4, 3, 2), *daily(9, 8, first=SINCE + 20 * DAY)])
    assert found is not None
    assert len(found.lines) == 2
    assert len(found.gaps) == 1
    # Neither stretch goes on beyond its last reading: it is not known how long that held.
    assert found.lines[0].endswith("H85.2")
    assert found.lines[1].endswith("H305.6")


def test_a_value_that_was_not_shown_is_a_gap() -> None:
    found = drawn(daily(4, 4, None, 2, 2, None, 1))
    assert found is not None
    assert (len(found.lines), len(found.gaps), len(found.dots)) == (2, 2, 1)


def test_nothing_is_drawn_of_nothing() -> None:
    assert drawn([]) is None
    assert drawn(daily(None, None)) is None


def test_axes_have_round_marks() -> None:
    def marks(*values: float, base: int = 10, least: float = 0) -> list[str]:
        found = drawn(daily(*values), base, least)
        assert found is not None
        return [mark.text for mark in found.up]

    assert marks(550, 1650) == ["0", "500", "1000", "1500", "2000"]
    assert marks(-30, 100) == ["-50", "0", "50", "100"]
    assert marks(0.37) == ["0", "0.1", "0.2", "0.3", "0.4"]
    assert marks(1, least=1) == ["0", "1"]
    assert marks(0) == ["0", "1"]
    gib = 1024**3
    assert marks(3.25 * gib, base=1024) == [f"{n * gib:g}" for n in range(5)]
    assert marks(1.24 * gib, base=1024) == [f"{n * gib / 2:g}" for n in range(4)]


def test_dates_stand_at_midnights_of_the_owner() -> None:
    found = drawn(daily(1, 1))
    assert found is not None
    assert [mark.text for mark in found.across] == ["10-23", "10-30", "11-06", "11-13", "11-20"]
    assert found.across[0].at > LEFT


@given(
    some.lists(
        some.tuples(some.integers(-5000, 30 * 24 * 60), some.none() | some.floats(-1e6, 1e12)),
        max_size=60,
    ),
    some.sampled_from([10, 1024]),
)
def test_everything_stays_inside_the_frame(
    given_points: list[tuple[int, float | None]], base: int
) -> None:
    points: list[Point] = [
        (SINCE + timedelta(minutes=at), value)
        for at, value in sorted(given_points, key=lambda p: p[0])
    ]
    found = drawn(points, base)
    if found is None:
        assert all(value is None for _, value in points)
        return
    for mark in found.up:
        assert TOP <= mark.at <= HEIGHT - BOTTOM
    for x, y in found.dots:
        assert LEFT <= x <= WIDTH - RIGHT
        assert TOP <= y <= HEIGHT - BOTTOM
    assert 2 <= len(found.up) <= 7
    for path in (*found.lines, *found.gaps):
        for sign, number in re.findall(r"([ HV])(-?[\d.]+)", path):
            low, high = (LEFT, WIDTH - RIGHT) if sign == "H" else (TOP, HEIGHT - BOTTOM)
            assert low <= float(number) <= high
