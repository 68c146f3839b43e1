"""SIGKILL at every named instant of a run that pays."""

from __future__ import annotations

import signal

import pytest

from tests.chaos.bench import Bench
from tests.chaos.instants import INSTANTS
from tests.chaos.victim import Attack

BOOKED_BY_THEN = list(INSTANTS).index("after response")


@pytest.mark.parametrize("instant", INSTANTS)
def test_killed(bench: Bench, instant: str) -> None:
    ended = bench.run(Attack("kill", at=instant))
    assert ended.code == -signal.SIGKILL, ended
    bench.nothing_runs()
    before = bench.verdict()
    if list(INSTANTS).index(instant) >= BOOKED_BY_THEN:
        assert before.charges == 1
    told = bench.settle()
    after = bench.verdict()
    if told[-1] == "payment_unknown":
        assert (after.charges, after.states) == (0, ("unknown",))
    else:
        assert (after.charges, after.states[-1]) == (1, "verified")
