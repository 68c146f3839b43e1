"""The machine's clock was wrong when a run paid, and is set right before the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.bench import Bench
from tests.chaos.victim import Attack

DAY = 86400.0
HOUR = 3600.0


def at_night(*values: object) -> object:
    return pytest.param(*values, marks=pytest.mark.nightly)


@pytest.mark.parametrize(
    "instant",
    [at_night("after intent"), at_night("before approval"), at_night("after confirm")],
)
def test_set_back_a_day_in_the_middle(bench: Bench, instant: str) -> None:
    ended = bench.run(Attack("set clock ahead", at=instant), place=bench.place.at(DAY))
    assert ended.done
    bench.verdict()
    bench.settle()
    assert bench.verdict().charges == 1


@pytest.mark.parametrize(
    ("ahead", "instant"),
    [
        (-DAY, "after confirm"),
        at_night(DAY, "after response"),
        at_night(DAY, "after confirm"),
        at_night(-DAY, "after response"),
    ],
)
def test_killed_and_then_set_right(bench: Bench, ahead: float, instant: str) -> None:
    bench.run(Attack("kill", at=instant), place=bench.place.at(ahead))
    told = bench.settle()
    print(told)
    assert bench.verdict().charges == 1


@pytest.mark.nightly
def test_paid_with_a_clock_ahead_and_booked_on_the_day_before(bench: Bench) -> None:
    """Days later the charge still stands in the portal's list, under a day before the click."""
    bench.world.set("activation", 30 * DAY)
    bench.run(Attack("kill", at="after response"), place=bench.place.at(DAY))
    for later in (0.0, DAY + HOUR, DAY + 2 * HOUR):
        bench.world.set("now", (datetime.now(UTC) + timedelta(seconds=later)).isoformat())
        assert bench.run(place=bench.place.at(later)).outcome == "payment_unknown"
        assert bench.verdict().charges == 1
