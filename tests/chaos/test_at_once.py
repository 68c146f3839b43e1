"""Two runs are started at the same time, on a machine that knows the portal or on a new one."""

from __future__ import annotations

import pytest

from tests.browser.processes import wait_until
from tests.chaos.bench import PATIENCE, Bench
from tests.chaos.draw import dice
from tests.chaos.victim import Attack

HOUR = 3600.0


@pytest.mark.parametrize("new", [True, pytest.param(False, marks=pytest.mark.nightly)])
def test_two_at_once(bench: Bench, new: bool) -> None:
    if new:
        bench.wiped()
    both = [bench.start(), bench.start()]
    ended = [one.end() for one in both]
    told = sorted(one.outcome for one in ended)
    assert told in (["busy", "renewed"], ["nothing_due", "renewed"]), ended
    bench.nothing_runs()
    assert bench.settle() == ["nothing_due"]
    assert bench.verdict().charges == 1


def test_one_sleeps_in_the_middle_of_its_click(bench: Bench) -> None:
    """Two hours later another one looks; only then does the click go on its way."""
    sleeper = bench.start(Attack("stop", at="before click"))
    assert wait_until(lambda: sleeper.struck, PATIENCE)
    later = bench.run(place=bench.place.at(2 * HOUR))
    assert later.outcome == "payment_unknown", (later, bench.verdict())
    sleeper.wake()
    assert sleeper.end().outcome == "payment_unknown"
    assert bench.verdict().charges == 1
    bench.nothing_runs()
    assert bench.settle(clock=2 * HOUR) == ["renewed"]
    assert bench.verdict().charges == 1


@pytest.mark.nightly
@pytest.mark.parametrize("number", range(10))
def test_one_is_killed_while_others_wait(bench: Bench, number: int) -> None:
    chance = dice(f"at once {number}")
    first = bench.start(Attack("kill", at="lease taken", turns=chance.randrange(1, 1200)))
    others = [bench.start() for _ in range(2)]
    first.end()
    for one in others:
        assert one.end().json is not None
    bench.verdict()
    bench.nothing_runs()
    bench.settle()
    bench.verdict()
