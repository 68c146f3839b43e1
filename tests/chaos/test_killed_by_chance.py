"""SIGKILL at random instants, again and again: also of the runs that find out what happened."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.bench import SETTLED, Bench
from tests.chaos.draw import any_kill, dice

LATER = timedelta(minutes=45)
"""By then a charge that the portal does not show has not been made."""


def kill_in_a_row(bench: Bench, name: str, times: int) -> list[str]:
    """Kill runs at instants drawn by chance, each after the other; then settle."""
    chance, kills, tries = dice(name), 0, 0
    while kills < times:
        tries += 1
        assert tries <= 10 * times, "the runs end before they are killed"
        attack = any_kill(chance)
        ended = bench.run(attack)
        print(f"{attack}: {ended.code} {ended.outcome}")
        bench.verdict()
        bench.nothing_runs()
        if ended.code == -signal.SIGKILL:
            kills += 1
        elif ended.outcome in SETTLED:
            bench.fresh()
    told = bench.settle()
    verdict = bench.verdict()
    print(told, verdict)
    if told[-1] == "payment_unknown":
        assert (verdict.charges, verdict.states[-1]) == (0, "unknown")
    else:
        assert (verdict.charges, verdict.states[-1]) == (1, "verified")
    return told


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.nightly)])
def test_killed_four_times(bench: Bench, number: int) -> None:
    kill_in_a_row(bench, f"day {number}", 4)


@pytest.mark.nightly
@pytest.mark.parametrize("number", range(100))
def test_killed_three_hundred_times(bench: Bench, number: int) -> None:
    """And what could not be known is known when time has passed, and the line is renewed then."""
    if kill_in_a_row(bench, f"night {number}", 3)[-1] in SETTLED:
        return
    bench.world.set("now", (datetime.now(UTC) + LATER).isoformat())
    told = bench.settle(clock=LATER.total_seconds())
    assert told[-1] in SETTLED
    assert bench.verdict().charges == 1
