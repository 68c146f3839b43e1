"""The browser, its driver or the connection is gone at the worst moment."""

from __future__ import annotations

import pytest

from tests.browser.processes import wait_until
from tests.chaos.bench import Bench
from tests.chaos.victim import Attack
from tests.e2e.world import COMPLETE

ALL = [
    "line read", "before approval", "before intent", "after intent", "before click", "order sent",
    "after click", "after response", "after confirm", "second reading",
]  # fmt: skip
BY_DAY = {("browser", "second reading")}
NIGHTLY = pytest.mark.nightly


@pytest.mark.parametrize(
    ("part", "instant"),
    [
        pytest.param(part, instant, marks=() if (part, instant) in BY_DAY else NIGHTLY)
        for part in ("browser", "driver")
        for instant in ALL
    ],
)
def test_a_part_dies(hurried: Bench, part: str, instant: str) -> None:
    ended = hurried.run(Attack(f"kill {part}", at=instant))
    assert ended.done
    assert ended.json is not None, ended
    hurried.verdict()
    hurried.nothing_runs()
    told = hurried.settle()
    verdict = hurried.verdict()
    assert verdict.charges == (0 if told[-1] == "payment_unknown" else 1)


@pytest.mark.parametrize(
    "when",
    [pytest.param(one, marks=NIGHTLY) for one in ("before", "middle", "after")],
)
def test_the_connection_breaks(hurried: Bench, when: str) -> None:
    hurried.world.fault("drop", path=COMPLETE, method="POST", when=when)
    ended = hurried.run()
    assert ended.outcome == "payment_unknown"
    hurried.world.clear()
    booked = when != "before"
    assert hurried.settle() == ["renewed" if booked else "payment_unknown"]
    assert hurried.verdict().charges == booked


@pytest.mark.nightly
def test_the_answer_comes_after_the_deadline(bench: Bench) -> None:
    """And the portal books only then."""
    for deadline in (5, 10, 20, 40):  # a busy machine may not come to the order in time
        bench.fresh()
        bench.world.config["deadline"] = f"{deadline} seconds"
        bench.world.fault("slow", path=COMPLETE, seconds=deadline + 2, count=1)
        ended = bench.run(Attack("watch", at="order sent"))
        if ended.done:
            break
    del bench.world.config["deadline"]
    assert ended.outcome == "payment_unknown"
    _booked_late(bench)


@pytest.mark.nightly
def test_the_order_is_booked_after_its_run_was_killed(bench: Bench) -> None:
    bench.world.fault("slow", path=COMPLETE, seconds=3, count=1)
    bench.run(Attack("kill", at="order sent"))
    _booked_late(bench)


def _booked_late(bench: Bench) -> None:
    """A run that looks too early does not pay again; one that looks later finds the charge."""
    early = bench.settle()
    assert early[-1] in ("payment_unknown", "renewed")
    assert wait_until(lambda: bench.verdict().charges == 1)
    assert bench.settle()[-1] in ("renewed", "nothing_due")
    assert bench.verdict().states == ("verified",)
