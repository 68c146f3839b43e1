"""Caps are held where the intent is written: two runs can't both take what is left."""

from __future__ import annotations

import multiprocessing
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from runner.ledger.errors import OverBudget
from runner.ledger.ledger import Ledger
from runner.ledger.records import Budget, Renewal, Run
from runner.ledger.states import State
from runner.values.money import Money

SPAWN = multiprocessing.get_context("spawn")
PRICE = Money(Decimal("550"), "JPY")


def _approved(ledger: Ledger, run: Run, line: str, account: str = "docomo") -> Renewal:
    renewal = ledger.renewals.plan(run.id, account, line, "c", "550MB", PRICE)
    return ledger.renewals.move(renewal.id, State.APPROVED, reason="test")


def _budget(since: datetime, cap: str, **whose: str) -> Budget:
    return Budget("the cap for a day", Money(Decimal(cap), "JPY"), since, **whose)


@pytest.mark.parametrize("state", [State.COMMITTING, State.UNKNOWN, State.RENEWAL_PENDING])
def test_what_may_have_been_spent_counts(ledger: Ledger, run: Run, clock, state: State) -> None:
    first = _approved(ledger, run, "1")
    ways = {State.UNKNOWN: [State.UNKNOWN], State.RENEWAL_PENDING: [State.CONFIRMED, state]}
    for step in [State.COMMITTING, *ways.get(state, [])]:
        ledger.renewals.move(first.id, step, reason="test")
    second = _approved(ledger, run, "2")
    day = clock() - timedelta(hours=1)
    with pytest.raises(OverBudget, match="is 1099 JPY; with this renewal it would be 1100 JPY"):
        ledger.renewals.move(
            second.id, State.COMMITTING, reason="test", budgets=[_budget(day, "1099")]
        )
    assert ledger.renewals.get(second.id) == second
    assert len(ledger.renewals.moves(second.id)) == 2
    moved = ledger.renewals.move(
        second.id, State.COMMITTING, reason="test", budgets=[_budget(day, "1100")]
    )
    assert moved.state is State.COMMITTING


def test_each_budget_counts_its_own(ledger: Ledger, run: Run, clock) -> None:
    for account, line in (("docomo", "1"), ("docomo", "2"), ("povo", "1")):
        other = _approved(ledger, run, line, account)
        ledger.renewals.move(other.id, State.COMMITTING, reason="test")
    day = clock() - timedelta(hours=1)
    for whose, fits in (
        ({"account": "docomo", "line": "3"}, "550"),
        ({"account": "docomo"}, "1650"),
        ({}, "2200"),
    ):
        mine = _approved(ledger, run, "3")
        below = _budget(day, str(int(fits) - 1), **whose)
        with pytest.raises(OverBudget):
            ledger.renewals.move(mine.id, State.COMMITTING, reason="test", budgets=[below])
        ledger.renewals.move(
            mine.id, State.COMMITTING, reason="test", budgets=[_budget(day, fits, **whose)]
        )
        ledger.renewals.move(mine.id, State.ABORTED, reason="test")


def _commit(where: str, renewal_id: str, since: datetime, barrier, answers) -> None:
    with Ledger.open(where) as ledger:
        barrier.wait()
        try:
            ledger.renewals.move(
                renewal_id, State.COMMITTING, reason="click", budgets=[_budget(since, "1100")]
            )
            answers.put("click")
        except OverBudget:
            answers.put("no click")


def test_of_processes_that_spend_the_last_of_a_cap_not_all_may_click(
    where: str, ledger: Ledger, run: Run, clock
) -> None:
    """Four accounts at once, and a workspace's cap that is enough for two of them."""
    ready = [_approved(ledger, run, "1", account) for account in ("a", "b", "c", "d")]
    since = clock() - timedelta(days=1)
    barrier, answers = SPAWN.Barrier(4), SPAWN.Queue()
    children = [
        SPAWN.Process(target=_commit, args=(where, one.id, since, barrier, answers))
        for one in ready
    ]
    for child in children:
        child.start()
    answered = sorted(answers.get(timeout=60) for _ in children)
    for child in children:
        child.join()
    assert answered == ["click", "click", "no click", "no click"]
    assert ledger.renewals.spent("JPY", since=since) == Money(Decimal(1100), "JPY")
