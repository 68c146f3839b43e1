"""Looks come after minutes, then after ever longer, and never wait past the plan's own limit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runner.flow.model import PlanFacts
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.renewal.looks import LONGEST, next_look, overdue
from runner.values.money import Money
from tests.renewal.calls import called
from tests.renewal.conftest import Clock


@pytest.fixture
def paid(ledger: Ledger, run_id: str) -> Renewal:
    renewal = ledger.renewals.plan(run_id, "a", "l", "c", "p", Money.parse("550 JPY"))
    for state in (State.APPROVED, State.COMMITTING):
        renewal = ledger.renewals.move(renewal.id, state, reason="test")
    return renewal


def test_pauses_grow(paid: Renewal, clock: Clock) -> None:
    start, ages = clock(), []
    for _ in range(14):
        clock.now = next_look(paid, PlanFacts(), clock())
        ages.append(round((clock() - start).total_seconds() / 60, 1))
    assert ages[:7] == [2, 4, 8, 16, 30.0, 60.0, 120.1]
    assert round(ages[-1] - ages[-2]) == LONGEST.total_seconds() // 60


def test_a_look_comes_right_when_the_plans_time_is_over(paid: Renewal, clock: Clock) -> None:
    five = PlanFacts.model_validate({"active_within": "5 minutes"})
    clock.move(minutes=4)
    assert not overdue(paid, five, clock())
    clock.now = next_look(paid, five, clock())
    assert overdue(paid, five, clock())
    assert clock() - paid.created_at < timedelta(minutes=5, seconds=2)


def test_a_clock_that_was_set_back_does_not_make_it_hurry(paid: Renewal, clock: Clock) -> None:
    clock.move(days=-1)
    assert next_look(paid, PlanFacts(), clock()) == clock() + timedelta(minutes=2)


def test_one_that_was_approved_outweighs_a_look(
    ledger: Ledger, run_id: str, paid: Renewal, clock: Clock
) -> None:
    ledger.renewals.see_to_again(paid, clock())
    assert called(ledger, clock()) == {"a": False}
    other = ledger.renewals.plan(run_id, "a", "m", "c", "p", Money.parse("550 JPY"))
    ledger.renewals.move(other.id, State.APPROVED, reason="test", next_at=clock())
    assert called(ledger, clock()) == {"a": True}
