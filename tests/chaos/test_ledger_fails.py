"""The ledger can't be written: its disk is full, its quota used up, its file locked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.chaos.bench import Bench, Ended
from tests.chaos.victim import Attack
from tests.e2e.world import CODES

BEFORE = ["run recorded", "line read", "before approval", "before intent"]
AFTER = [
    "after intent", "before click", "before confirm", "second reading", "before proof",
    "before the run's end",
]  # fmt: skip


def instants(*by_day: str) -> list[object]:
    night = [one for one in BEFORE + AFTER if one not in by_day]
    return [*by_day, *(pytest.param(one, marks=pytest.mark.nightly) for one in night)]


def check(bench: Bench, ended: Ended, instant: str) -> None:
    """What could not be written was not paid; what was paid is known."""
    assert ended.done
    assert ended.code > 0, ended
    verdict = bench.verdict()
    if instant in BEFORE:
        assert verdict.charges == 0, "nothing is paid without an intent on disk"
    bench.nothing_runs()


@pytest.mark.parametrize("instant", instants("before confirm"))
def test_the_disk_is_full(small_disk: Bench, instant: str) -> None:
    ended = small_disk.run(Attack("fill disk", at=instant))
    assert ended.code == CODES.get(ended.outcome), ended  # it is told
    check(small_disk, ended, instant)
    (small_disk.world.home / "ballast").unlink()
    small_disk.settle()


@pytest.mark.parametrize("instant", instants("before intent"))
def test_nothing_may_be_written(bench: Bench, instant: str) -> None:
    ended = bench.run(Attack("refuse writing", at=instant))
    check(bench, ended, instant)
    bench.settle()


@pytest.mark.parametrize("instant", instants())
def test_another_process_keeps_the_ledger_locked(bench: Bench, instant: str) -> None:
    impatient = replace(bench.place, patience=0.3)
    ended = bench.run(Attack("lock", at=instant, value=4), place=impatient)
    assert ended.code == CODES.get(ended.outcome), ended  # it is told
    check(bench, ended, instant)
    bench.settle()


def test_a_short_lock_is_waited_for(bench: Bench) -> None:
    ended = bench.run(Attack("lock", at="before intent", value=0.5))
    assert (ended.done, ended.outcome) == (True, "renewed")
    assert bench.verdict().charges == 1
