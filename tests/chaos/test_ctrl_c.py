"""Ctrl-C and SIGTERM, sixty times within a second, at any moment of a run."""

from __future__ import annotations

import json
import signal
import time

import pytest

from tests.browser.processes import hears, wait_until
from tests.chaos import deeds
from tests.chaos.bench import PATIENCE, Bench
from tests.chaos.draw import TURNS, dice
from tests.chaos.victim import Attack

ENDS = {0, 128 + signal.SIGINT, 128 + signal.SIGTERM}
"""All is done, or stopped in order."""
SOME = ["after response"]
NIGHT = [
    "run recorded", "line read", "second reading", "before approval", "before intent", "after intent", "order sent",
    "after confirm", "before the run's end", "lease given back", "after the run's end",
]  # fmt: skip


@pytest.mark.parametrize(
    "instant", [*SOME, *(pytest.param(one, marks=pytest.mark.nightly) for one in NIGHT)]
)
def test_a_storm(bench: Bench, instant: str) -> None:
    _storm(bench, Attack("storm", at=instant))


@pytest.mark.nightly
@pytest.mark.parametrize("number", range(20))
def test_a_storm_by_chance(bench: Bench, number: int) -> None:
    _storm(bench, Attack("storm", turns=dice(f"storm {number}").randrange(1, TURNS)))


@pytest.mark.nightly
@pytest.mark.parametrize("number", range(20))
def test_a_storm_from_outside(bench: Bench, number: int) -> None:
    """On the process as it is started by a person, from when it first can hear of it."""
    pause = dice(f"storm from outside {number}").uniform(0.0, 1.0) if number else 0.0
    bench.world.write()
    with bench.world.start() as process:
        assert wait_until(lambda: hears(process.pid) or process.poll() is not None)
        time.sleep(pause)
        deeds.storm_on(process.pid)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode in ENDS, err
    assert "Traceback" not in err
    assert not out or json.loads(out) is not None
    bench.verdict()
    bench.nothing_runs()
    told = bench.settle()
    assert bench.verdict().charges == (0 if told[-1] == "payment_unknown" else 1)


def _storm(bench: Bench, attack: Attack) -> None:
    ended = bench.run(attack)
    assert ended.code in ENDS, ended
    verdict = bench.verdict()
    if (
        ended.json is not None
        and verdict.states
        and verdict.states[-1] in ("committing", "unknown")
    ):
        assert ended.outcome == "payment_unknown"
    bench.nothing_runs()
    told = bench.settle()
    assert bench.verdict().charges == (0 if told[-1] == "payment_unknown" else 1)
