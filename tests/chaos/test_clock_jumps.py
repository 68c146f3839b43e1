"""The machine's clock was wrong when a run paid, and is set right before the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.bench import Bench
from tests.chaos.victim import Attack

DAY = 86400.0
HOUR = 3600.0


@pytest.mark.parametrize("instant", ["before approval", "after intent", "after confirm"])
def test_set_back_a_day_in_the_middle(bench: Bench, instant: str) -> None:
    ended = bench.run(Attack("set clock ahead", at=instant), place=bench.place.at(DAY))
    assert ended.done
    bench.verdict()
    bench.settle()
    assert bench.verdict().charges == 1


@pytest.mark.parametrize("ahead", [DAY, -DAY])
@pytest.mark.parametrize("instant", ["after response", "after confirm"])
def test_killed_and_then_set_right(bench: Bench, ahead: float, instant: str) -> None:
    bench.run(Attack("kill", at=instant), place=bench.place.at(ahead))
    told = bench.settle()
    print(told)
    assert bench.verdict().charges == 1


def test_paid_with_a_clock_ahead_and_booked_on_the_day_before(bench: Bench) -> None:
    """Days later the charge still stands in the portal's list, under a day before the click."""
    bench.world.set("activation", 30 * DAY)
    bench.run(Attack("kill", at="after response"), place=bench.place.at(DAY))
    for later in (0.0, DAY + HOUR, 2 * DAY):
        bench.world.set("now", (datetime.now(UTC) + timedelta(seconds=later)).isoformat())
        for _ in range(2):
            bench.run(place=bench.place.at(later))
            verdict = bench.verdict()
    assert verdict.charges == 1
