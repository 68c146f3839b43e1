"""SIGKILL at every named instant of a run that pays."""

from __future__ import annotations

import signal

import pytest

from tests.chaos.bench import Bench
from tests.chaos.instants import INSTANTS
from tests.chaos.victim import Attack

ORDER = list(INSTANTS)
BY_NIGHT = {
    "run recorded", "lease taken", "line read", "planned", "before approval", "second reading",
    "before history", "before proof",
}  # fmt: skip
"""Next to another instant at which as much, or as little, has happened."""
NOT_PAID = frozenset(ORDER[: ORDER.index("before click") + 1])
PAID = frozenset(ORDER[ORDER.index("after response") :])


@pytest.mark.parametrize(
    "instant",
    [pytest.param(one, marks=pytest.mark.nightly if one in BY_NIGHT else ()) for one in INSTANTS],
)
def test_killed(bench: Bench, instant: str) -> None:
    ended = bench.run(Attack("kill", at=instant))
    assert ended.code == -signal.SIGKILL, ended
    bench.nothing_runs()
    before = bench.verdict()
    assert before.charges == 1 or instant not in PAID
    assert before.charges == 0 or instant not in NOT_PAID
    told = bench.settle()
    after = bench.verdict()
    if told[-1] == "payment_unknown":
        assert (after.charges, after.states) == (0, ("unknown",))
    else:
        assert (after.charges, after.states[-1]) == (1, "verified")
