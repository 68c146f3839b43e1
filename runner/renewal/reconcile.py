"""Settles renewals that an earlier run left open: by what the provider shows now, reading only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from runner.flow.model import Flow, PlanFacts
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import SPENT, State
from runner.renewal.bought import facts_of
from runner.renewal.looks import OPEN, clicked_at, next_look
from runner.renewal.policy import day_of
from runner.renewal.still_open import pay_until
from runner.renewal.verify import DOUBT, Bought, Proof, prove


def open_renewals(ledger: Ledger, account: str, line: str) -> list[Renewal]:
    """Renewals of a line that have cost money, or may have, and are not settled."""
    return ledger.renewals.list(account, line, OPEN)


SHOPS_TELL_LATE = timedelta(days=3)
"""How long after a slip's last day a payment in time may still show at the provider."""


def reconcile(
    ledger: Ledger,
    renewal: Renewal,
    flow: Flow,
    reading: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]] | None,
    *,
    now: datetime,
    run_id: str,
    evidence: str | None = None,
    receipts: Sequence[str] = (),
    mailed: Sequence[Mapping[str, Any]] = (),
) -> Renewal:
    """Move one open renewal on as far as there is proof; without proof it stays as it is.

    `evidence` is what the run keeps of what it saw. What stays open is looked at again by itself.
    """
    facts = facts_of(renewal, flow)

    def move(to: State, reason: str) -> Renewal:
        return ledger.renewals.move(
            renewal.id,
            to,
            reason=reason,
            run_id=run_id,
            evidence=evidence,
            reference=renewal.reference or proof.reference,
            receipts=receipts,
            next_at=next_look(renewal, facts, now) if to in OPEN else None,
        )

    proof = proof_of(ledger, renewal, flow, facts, reading, rows, mailed)
    if renewal.state is State.COMMITTING:
        renewal = move(State.UNKNOWN, "the run that paid was cut off before the site's answer")
    paid = proof.charged or proof.active
    if renewal.state is State.UNKNOWN:
        if paid:
            renewal = move(State.CHARGED, proof.text)
        elif _surely_not(renewal, proof, facts, now) and (
            renewal.free or _goes_back(rows, clicked_at(renewal), now, ZoneInfo(flow.timezone))
        ):
            return move(State.NOT_CHARGED, proof.text)
    if renewal.state is State.AWAITING_PAYMENT:
        if paid:
            renewal = move(State.CONFIRMED, proof.text)
        elif _ran_out(renewal, proof, now):
            return move(State.ABORTED, f"it could be paid until {pay_until(renewal)}; {proof.text}")
    if renewal.state in (State.CONFIRMED, State.RENEWAL_PENDING, State.CHARGED):
        # That it was charged is known of a charged one, from the history or from the owner.
        known = renewal.state is State.CHARGED and proof.active is None
        if proof.complete or known:
            return move(State.VERIFIED, proof.text)
    if renewal.state is State.CONFIRMED:
        return move(State.RENEWAL_PENDING, proof.text)
    return ledger.renewals.see_to_again(
        renewal,
        next_look(renewal, facts, now),
        reference=renewal.reference or proof.reference,
        receipts=receipts,
    )


def proof_of(
    ledger: Ledger,
    renewal: Renewal,
    flow: Flow,
    facts: PlanFacts,
    reading: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]] | None,
    mailed: Sequence[Mapping[str, Any]] = (),
) -> Proof:
    """What a reading, the history and the provider's mails prove of a renewal."""
    clicked = clicked_at(renewal)
    others = [  # of the whole account: a provider's history seldom tells its lines apart
        other for other in ledger.renewals.list(renewal.account) if other.id != renewal.id
    ]
    bought = Bought(
        renewal.price,
        clicked.astimezone(ZoneInfo(flow.timezone)).date(),
        renewal.reference,
        {other.reference for other in others if other.reference},
        clicked,
        sum(_may_own(other, renewal) for other in others),
    )
    return prove(facts, bought, _before(ledger, renewal, clicked), reading, rows, mailed)


def _may_own(other: Renewal, renewal: Renewal) -> bool:
    """Whether a row that could be this renewal's could be the other's as well."""
    return (
        other.state in SPENT
        and other.reference is None
        and other.price == renewal.price
        and abs(clicked_at(other) - clicked_at(renewal)) <= DOUBT
    )


def _ran_out(renewal: Renewal, proof: Proof, now: datetime) -> bool:
    """Whether a slip was never paid: its last day is over, also for a shop that tells late."""
    last = pay_until(renewal)
    return last is not None and proof.charged is False and now.date() > last + SHOPS_TELL_LATE


def _surely_not(renewal: Renewal, proof: Proof, facts: PlanFacts, now: datetime) -> bool:
    """Not charged: the history was read and shows nothing, nothing has grown, and time has passed.

    A click may be booked late, so absence counts only after the plan's own time to become active.
    That time begins when it was found to be unknown: the clock may have been wrong at the click, or
    the computer asleep in the middle of it.
    """
    passed = now - max(clicked_at(renewal), renewal.updated_at)
    late = passed > timedelta(seconds=facts.active_within.seconds)
    nowhere = proof.charged is False or renewal.free  # what is free shows in no history
    return nowhere and proof.active is not True and late


def _goes_back(
    rows: Sequence[Mapping[str, Any]] | None, clicked: datetime, now: datetime, zone: ZoneInfo
) -> bool:
    """Whether a history would still show a payment of that moment.

    Some lists hold only the month at hand: after the month's end they must show something as old.
    """
    day, today = clicked.astimezone(zone).date(), now.astimezone(zone).date()
    if (day.year, day.month) == (today.year, today.month):
        return True
    days = [day_of(row["on"]) for row in rows or ()]
    return any(shown <= day for shown in days if shown)


def _before(ledger: Ledger, renewal: Renewal, clicked: datetime) -> Mapping[str, Any] | None:
    """The last reading before the paying click, of the run that clicked."""
    paying = [
        move.run_id
        for move in ledger.renewals.moves(renewal.id)
        if move.to_state is State.COMMITTING
    ]
    since = clicked - timedelta(days=400)
    earlier = [
        reading
        for reading in ledger.readings.series(renewal.account, renewal.line, since=since)
        if reading.at <= clicked and reading.run_id in paying
    ]
    if not earlier:
        return None
    last = earlier[-1]
    return {
        **last.values,
        "balance": last.balance,
        "expires_on": last.expires_on,
        "data_left": last.data_left,
    }
