"""The owner's word on a payment that proof has not settled, or that a provider took back."""

from __future__ import annotations

from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State

CHARGED = {
    State.UNKNOWN: (State.CHARGED,),
    State.AWAITING_PAYMENT: (State.CONFIRMED,),
    State.CONFIRMED: (State.VERIFIED,),
    State.RENEWAL_PENDING: (State.VERIFIED,),
    State.CHARGED: (State.VERIFIED,),
}
"""It has cost money. What was known to be paid before is settled by it: the need is met."""

NOT_CHARGED = {
    State.UNKNOWN: (State.NOT_CHARGED,),
    State.AWAITING_PAYMENT: (State.ABORTED,),
    State.CONFIRMED: (State.UNKNOWN, State.NOT_CHARGED),
    State.RENEWAL_PENDING: (State.UNKNOWN, State.NOT_CHARGED),
    State.CHARGED: (State.UNKNOWN, State.NOT_CHARGED),
}
"""It has cost nothing, or the money came back: the line may be paid for again."""

RESOLVABLE = frozenset(CHARGED)


def resolve(ledger: Ledger, renewal: Renewal, *, charged: bool, reason: str, by: str) -> Renewal:
    """Do what the owner says. `by`: the way by which they said it. Raises IllegalMove."""
    for to in (CHARGED if charged else NOT_CHARGED)[renewal.state]:
        renewal = ledger.renewals.move(renewal.id, to, reason=reason, evidence=by)
    return renewal
