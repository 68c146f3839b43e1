"""Renewals that are to be seen to again by themselves, and what they keep."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal, Run
from runner.ledger.states import State
from runner.values.money import Money


def _committing(ledger: Ledger, run: Run, line: str = "1") -> Renewal:
    price = Money(Decimal("550"), "JPY")
    renewal = ledger.renewals.plan(run.id, "docomo", line, "c", "550MB", price, evidence="run-1")
    ledger.renewals.move(renewal.id, State.APPROVED, reason="test")
    return ledger.renewals.move(renewal.id, State.COMMITTING, reason="test")


def test_each_move_says_when_to_look_again(ledger: Ledger, run: Run, clock) -> None:
    renewal = _committing(ledger, run)
    assert (renewal.next_at, ledger.renewals.waiting(clock())) == (None, [])
    soon = clock() + timedelta(minutes=2)
    renewal = ledger.renewals.move(renewal.id, State.UNKNOWN, reason="test", next_at=soon)
    assert renewal.next_at == soon
    assert ledger.renewals.waiting(clock()) == []
    assert ledger.renewals.waiting(soon) == [renewal]
    renewal = ledger.renewals.move(renewal.id, State.NOT_CHARGED, reason="test")
    assert (renewal.next_at, ledger.renewals.waiting(soon)) == (None, [])


def test_a_look_can_be_put_off_unless_it_has_moved_on(ledger: Ledger, run: Run, clock) -> None:
    before = _committing(ledger, run)
    later = clock() + timedelta(hours=1)
    assert ledger.renewals.see_to_again(before, later).next_at == later
    ledger.renewals.move(before.id, State.CONFIRMED, reason="test")
    assert ledger.renewals.see_to_again(before, later).next_at is None


def test_the_longest_waiting_comes_first(ledger: Ledger, run: Run, clock) -> None:
    for line, minutes in (("1", 5), ("2", 2), ("3", 9)):
        renewal = _committing(ledger, run, line)
        ledger.renewals.see_to_again(renewal, clock() + timedelta(minutes=minutes))
    found = ledger.renewals.waiting(clock() + timedelta(minutes=6))
    assert [renewal.line for renewal in found] == ["2", "1"]


def test_receipts_are_kept_and_added_to(ledger: Ledger, run: Run) -> None:
    renewal = _committing(ledger, run)
    move = ledger.renewals.move
    renewal = move(renewal.id, State.CONFIRMED, reason="test", receipts=["a.png", "b.pdf"])
    renewal = move(renewal.id, State.VERIFIED, reason="test", receipts=["b.pdf", "c.png"])
    assert renewal.receipts == ("a.png", "b.pdf", "c.png")
    assert ledger.renewals.moves(renewal.id)[0].evidence == "run-1"


def test_a_payment_may_be_taken_back(ledger: Ledger, run: Run) -> None:
    renewal = _committing(ledger, run)
    for state in (State.UNKNOWN, State.CHARGED, State.UNKNOWN, State.NOT_CHARGED):
        renewal = ledger.renewals.move(renewal.id, state, reason="test")
    assert renewal.state is State.NOT_CHARGED
