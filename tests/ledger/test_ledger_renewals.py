"""Renewals: the way of one, what is refused, what it counts as, what survives a killed process."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from runner.ledger.errors import AlreadyMet, IllegalMove, LineBlocked, NoSuchEntry, Refused
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal, Run
from runner.ledger.states import BLOCKING, LEGAL, RELEASED, SPENT, State
from runner.values.money import Money

SPAWN = multiprocessing.get_context("spawn")
PRICE = Money(Decimal("550"), "JPY")
WAYS: dict[State, tuple[State, ...]] = {
    State.PLANNED: (),
    State.APPROVED: (State.APPROVED,),
    State.COMMITTING: (State.APPROVED, State.COMMITTING),
    State.CONFIRMED: (State.APPROVED, State.COMMITTING, State.CONFIRMED),
    State.VERIFIED: (State.APPROVED, State.COMMITTING, State.CONFIRMED, State.VERIFIED),
    State.RENEWAL_PENDING: (
        State.APPROVED,
        State.COMMITTING,
        State.CONFIRMED,
        State.RENEWAL_PENDING,
    ),
    State.AWAITING_PAYMENT: (State.APPROVED, State.COMMITTING, State.AWAITING_PAYMENT),
    State.DECLINED: (State.APPROVED, State.COMMITTING, State.DECLINED),
    State.ABORTED: (State.ABORTED,),
    State.UNKNOWN: (State.APPROVED, State.COMMITTING, State.UNKNOWN),
    State.CHARGED: (State.APPROVED, State.COMMITTING, State.UNKNOWN, State.CHARGED),
    State.NOT_CHARGED: (State.APPROVED, State.COMMITTING, State.UNKNOWN, State.NOT_CHARGED),
}


def _plan(
    ledger: Ledger, run: Run, cycle: str = "2026-11", line: str = "090", price: Money | None = PRICE
) -> Renewal:
    return ledger.renewals.plan(run.id, "docomo", line, cycle, "550MB", price)


def _bring(ledger: Ledger, renewal: Renewal, to: State) -> Renewal:
    for state in WAYS[to]:
        renewal = ledger.renewals.move(renewal.id, state, reason="test")
    return renewal


def test_the_usual_way_leaves_its_whole_history(ledger: Ledger, run: Run, clock) -> None:
    planned = _plan(ledger, run, price=None)
    assert (planned.state, planned.price, planned.committed_at) == (State.PLANNED, None, None)
    move = ledger.renewals.move
    move(
        planned.id, State.APPROVED, reason="below the limit", price=PRICE, details={"by": "policy"}
    )
    committed_at = clock.forward(seconds=5)
    move(planned.id, State.COMMITTING, reason="price read again", evidence="shot-7.png")
    clock.forward(seconds=5)
    move(
        planned.id,
        State.CONFIRMED,
        reason="receipt",
        reference="R-1",
        run_id=run.id,
        details={"seen": 1},
    )
    verified = move(planned.id, State.VERIFIED, reason="expiry moved")
    assert verified.state is State.VERIFIED
    assert (verified.price, verified.reference) == (PRICE, "R-1")
    assert verified.committed_at == committed_at
    assert verified.details == {"by": "policy", "seen": 1}
    assert verified.updated_at == clock()
    moves = ledger.renewals.moves(planned.id)
    assert [(step.number, step.from_state, step.to_state) for step in moves] == [
        (1, None, State.PLANNED),
        (2, State.PLANNED, State.APPROVED),
        (3, State.APPROVED, State.COMMITTING),
        (4, State.COMMITTING, State.CONFIRMED),
        (5, State.CONFIRMED, State.VERIFIED),
    ]
    assert [step.price for step in moves] == [None, PRICE, PRICE, PRICE, PRICE]
    assert (moves[2].reason, moves[2].evidence) == ("price read again", "shot-7.png")
    assert (moves[2].run_id, moves[3].run_id) == (None, run.id)


@pytest.mark.parametrize("state", State)
def test_every_state_accepts_its_legal_moves_and_no_other(
    ledger: Ledger, run: Run, state: State
) -> None:
    for number, to in enumerate(State):
        renewal = _bring(ledger, _plan(ledger, run, line=str(number)), state)
        if to in LEGAL[state]:
            assert ledger.renewals.move(renewal.id, to, reason="test").state is to
        else:
            with pytest.raises(IllegalMove, match=f"is {state} and cannot become {to}"):
                ledger.renewals.move(renewal.id, to, reason="test")
            assert ledger.renewals.get(renewal.id) == renewal


def test_nothing_leads_back_to_the_click() -> None:
    def reach(state: State) -> set[State]:
        found: set[State] = set()
        ahead = set(LEGAL[state])
        while ahead:
            found |= ahead
            ahead = set().union(*(LEGAL[one] for one in ahead)) - found
        return found

    for state in LEGAL[State.COMMITTING] | {State.COMMITTING}:
        assert not reach(state) & {State.PLANNED, State.APPROVED, State.COMMITTING}
    # Whoever has clicked is released only as declined, aborted or after a resolved doubt.
    assert State.NOT_CHARGED not in LEGAL[State.CONFIRMED] | LEGAL[State.COMMITTING]


@pytest.mark.parametrize("state", State)
def test_a_cycle_is_free_again_only_when_it_cost_nothing(
    ledger: Ledger, run: Run, state: State
) -> None:
    first = _bring(ledger, _plan(ledger, run), state)
    if state in RELEASED:
        assert _plan(ledger, run).id != first.id
    else:
        with pytest.raises(AlreadyMet) as caught:
            _plan(ledger, run)
        assert caught.value.renewal == first


@pytest.mark.parametrize("state", State)
def test_a_line_is_blocked_while_a_renewal_is_unproven(
    ledger: Ledger, run: Run, state: State
) -> None:
    first = _bring(ledger, _plan(ledger, run, "2026-11"), state)
    assert _plan(ledger, run, "2026-12", line="another line").state is State.PLANNED
    if state in BLOCKING:
        with pytest.raises(LineBlocked, match=f"is {state}. Settle that one first") as caught:
            _plan(ledger, run, "2026-12")
        assert caught.value.renewal == first
    else:
        assert _plan(ledger, run, "2026-12").state is State.PLANNED


def test_two_planned_renewals_of_a_line_cannot_both_commit(ledger: Ledger, run: Run) -> None:
    november = _bring(ledger, _plan(ledger, run, "2026-11"), State.APPROVED)
    december = _bring(ledger, _plan(ledger, run, "2026-12"), State.APPROVED)
    november = ledger.renewals.move(november.id, State.COMMITTING, reason="test")
    with pytest.raises(LineBlocked) as caught:
        ledger.renewals.move(december.id, State.COMMITTING, reason="test")
    assert caught.value.renewal == november
    assert ledger.renewals.get(december.id) == december
    assert len(ledger.renewals.moves(december.id)) == 2
    _bring_on = (State.CONFIRMED, State.VERIFIED)
    for state in _bring_on:
        ledger.renewals.move(november.id, state, reason="test")
    assert ledger.renewals.move(december.id, State.COMMITTING, reason="test").state == "committing"


def test_without_a_price_nothing_is_committed(ledger: Ledger, run: Run) -> None:
    renewal = _bring(ledger, _plan(ledger, run, price=None), State.APPROVED)
    with pytest.raises(IllegalMove, match="Give the price"):
        ledger.renewals.move(renewal.id, State.COMMITTING, reason="test")
    free = Money(Decimal(0), "JPY")
    assert (
        ledger.renewals.move(renewal.id, State.COMMITTING, reason="test", price=free).price == free
    )


def test_a_move_needs_a_reason_and_an_existing_renewal(ledger: Ledger, run: Run) -> None:
    renewal = _plan(ledger, run)
    with pytest.raises(Refused):
        ledger.renewals.move(renewal.id, State.APPROVED, reason="")
    assert ledger.renewals.get(renewal.id) == renewal
    with pytest.raises(NoSuchEntry, match="no renewal 'nope'"):
        ledger.renewals.move("nope", State.APPROVED, reason="test")


def test_spent_counts_all_that_may_have_cost_money(ledger: Ledger, run: Run, clock) -> None:
    for number, state in enumerate(State):
        price = Money(Decimal("0.1") + (1 << number), "JPY")
        _bring(ledger, _plan(ledger, run, line=str(number), price=price), state)
    expected = sum(
        (Decimal("0.1") + (1 << number) for number, state in enumerate(State) if state in SPENT),
        Decimal(0),
    )
    since = clock() - timedelta(days=30)
    spent = ledger.renewals.spent
    assert spent("JPY", since=since) == Money(expected, "JPY")
    assert spent("EUR", since=since) == Money(Decimal(0), "EUR")
    assert spent("JPY", since=clock() + timedelta(seconds=1)).amount == 0
    assert spent("JPY", account="softbank", since=since).amount == 0
    verified = str(list(State).index(State.VERIFIED))
    assert spent("JPY", account="docomo", line=verified, since=since).amount == Decimal("16.1")


def test_lists(ledger: Ledger, run: Run, clock) -> None:
    first = _bring(ledger, _plan(ledger, run, line="1"), State.UNKNOWN)
    clock.forward(seconds=1)
    second = _bring(ledger, _plan(ledger, run, line="2"), State.VERIFIED)
    assert ledger.renewals.list() == [second, first]
    assert ledger.renewals.list("docomo", "1") == [first]
    assert ledger.renewals.list(states=[State.VERIFIED]) == [second]
    assert ledger.renewals.list("softbank") == []
    assert ledger.renewals.unsettled("docomo") == [first]
    assert ledger.renewals.unsettled("docomo", "2") == []


def _compete(where: str, run_id: str, barrier, answers) -> None:
    with Ledger.open(where) as ledger:
        barrier.wait()
        try:
            renewal = ledger.renewals.plan(run_id, "docomo", "090", "2026-11", "550MB", PRICE)
            answers.put(renewal.id)
        except AlreadyMet as met:
            answers.put(f"met {met.renewal.id}")


def test_of_processes_that_plan_the_same_cycle_one_wins(
    where: str, ledger: Ledger, run: Run
) -> None:
    barrier, answers = SPAWN.Barrier(4), SPAWN.Queue()
    children = [
        SPAWN.Process(target=_compete, args=(where, run.id, barrier, answers)) for _ in range(4)
    ]
    for child in children:
        child.start()
    answered = [answers.get(timeout=60) for _ in children]
    for child in children:
        child.join()
    [renewal] = ledger.renewals.list()
    assert sorted(answered) == sorted([renewal.id, *[f"met {renewal.id}"] * 3])


def _commit(where: str, renewal_id: str, barrier, answers) -> None:
    with Ledger.open(where) as ledger:
        barrier.wait()
        try:
            ledger.renewals.move(renewal_id, State.COMMITTING, reason="click")
            answers.put("click")
        except IllegalMove:
            answers.put("no click")


def test_of_processes_that_commit_the_same_renewal_one_may_click(
    where: str, ledger: Ledger, run: Run
) -> None:
    renewal = _bring(ledger, _plan(ledger, run), State.APPROVED)
    barrier, answers = SPAWN.Barrier(4), SPAWN.Queue()
    children = [
        SPAWN.Process(target=_commit, args=(where, renewal.id, barrier, answers)) for _ in range(4)
    ]
    for child in children:
        child.start()
    answered = sorted(answers.get(timeout=60) for _ in children)
    for child in children:
        child.join()
    assert answered == ["click", "no click", "no click", "no click"]
    assert len(ledger.renewals.moves(renewal.id)) == 3


def _commit_and_die(where: str, renewal_id: str) -> None:
    ledger = Ledger.open(where, clock=lambda: datetime(2026, 11, 21, 7, 0, tzinfo=UTC))
    ledger.renewals.move(renewal_id, State.COMMITTING, reason="click follows")
    os.kill(os.getpid(), signal.SIGKILL)


def test_the_intent_survives_a_process_killed_right_after_it(
    where: str, ledger: Ledger, run: Run
) -> None:
    renewal = _bring(ledger, _plan(ledger, run), State.APPROVED)
    ledger.close()
    child = SPAWN.Process(target=_commit_and_die, args=(where, renewal.id))
    child.start()
    child.join(timeout=60)
    assert child.exitcode == -signal.SIGKILL
    with Ledger.open(where) as again:
        found = again.renewals.get(renewal.id)
        assert found.state is State.COMMITTING
        assert again.renewals.moves(renewal.id)[-1].reason == "click follows"
        with pytest.raises(LineBlocked):
            again.renewals.plan(run.id, "docomo", "090", "2026-12", "550MB", PRICE)


def _die_before_the_commit(where: str, renewal_id: str) -> None:
    def clock() -> datetime:
        # The clock is read inside the transaction: a real place at which to die.
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    Ledger.open(where, clock=clock).renewals.move(renewal_id, State.COMMITTING, reason="never")


def test_a_process_killed_halfway_through_a_move_leaves_no_trace(
    where: str, ledger: Ledger, run: Run
) -> None:
    renewal = _bring(ledger, _plan(ledger, run), State.APPROVED)
    child = SPAWN.Process(target=_die_before_the_commit, args=(where, renewal.id))
    child.start()
    child.join(timeout=60)
    assert child.exitcode == -signal.SIGKILL
    assert ledger.renewals.get(renewal.id) == renewal
    assert ledger.renewals.move(renewal.id, State.COMMITTING, reason="now").state == "committing"
