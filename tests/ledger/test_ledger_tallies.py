"""What is counted is what happened, and what was paid only grows."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from runner.ledger.ledger import Ledger
from runner.ledger.records import Run
from runner.ledger.states import State
from runner.ledger.tallies import SECONDS
from runner.values.money import Money
from tests.ledger.conftest import Clock

YEN = Money(Decimal(3000), "JPY")


def ended(ledger: Ledger, clock: Clock, outcome: str, seconds: float, account: str = "au") -> None:
    run = ledger.runs.start(
        account, "au", trigger="due", deadline_at=clock() + timedelta(minutes=10)
    )
    clock.forward(seconds=seconds)
    ledger.runs.end(run.id, outcome=outcome)


def test_runs_by_account_and_outcome_with_their_lengths(ledger: Ledger, clock: Clock) -> None:
    for seconds in (4, 10, 45, 1000):
        ended(ledger, clock, "nothing_due", seconds)
    ended(ledger, clock, "failed", 1)
    ended(ledger, clock, "failed", 1, account="povo")
    ledger.runs.start("au", "au", trigger="due", deadline_at=clock())
    found = {(one.account, one.outcome): one for one in ledger.tallies.runs()}
    assert ledger.tallies.ended() == 6
    assert {key: one.count for key, one in found.items()} == {
        ("au", "nothing_due"): 4, ("au", "failed"): 1, ("povo", "failed"): 1,
    }  # fmt: skip
    well = found["au", "nothing_due"]
    assert (well.flow, well.timed, well.seconds) == ("au", 4, 1059.0)
    assert dict(zip(SECONDS, well.within, strict=True)) == {
        5: 1, 10: 2, 20: 2, 30: 2, 60: 3, 120: 3, 300: 3,
    }  # fmt: skip


def test_a_run_that_was_cut_off_has_no_length(ledger: Ledger, run: Run) -> None:
    ledger.runs.close_abandoned(run.account)
    (tally,) = ledger.tallies.runs()
    assert (tally.outcome, tally.count, tally.timed, tally.seconds) == ("failed", 1, 0, 0.0)


def test_what_was_paid_counts_once_and_for_good(ledger: Ledger, run: Run) -> None:
    """Each line goes as far as this, and has then paid 3,000 yen, or nothing."""
    begun = (State.APPROVED, State.COMMITTING)
    paid = [
        (*begun, State.CONFIRMED),
        (*begun, State.CONFIRMED, State.VERIFIED),
        (*begun, State.CONFIRMED, State.UNKNOWN),
    ]
    unpaid = [begun[:1], begun, (*begun, State.UNKNOWN), (*begun, State.UNKNOWN, State.NOT_CHARGED)]
    for number, way in enumerate([*paid, *unpaid]):
        renewal = ledger.renewals.plan(run.id, "docomo", f"line {number}", "c1", "1GB", YEN)
        for state in way:
            ledger.renewals.move(renewal.id, state, reason="test")
    assert ledger.tallies.paid() == {("docomo", "JPY"): YEN + YEN + YEN}
    assert ledger.tallies.renewals() == Counter(way[-1] for way in [*paid, *unpaid])


def test_letters_by_state(ledger: Ledger) -> None:
    letters = [
        ledger.outbox.put(key, "renewed", target="mail", payload={}) for key in ("1", "2", "3", "4")
    ]
    ledger.outbox.give_up(letters[0], "no such address")
    lost = ledger.outbox.give_up(letters[1], "no such address")
    ledger.outbox.put_away(lost, by="test")
    ledger.outbox.sent(letters[2])
    assert ledger.tallies.letters() == {"waiting": 1, "given_up": 1, "put_away": 1, "sent": 1}
