"""The owner's word on a price: asked for, given, run out."""

from __future__ import annotations

from datetime import datetime, timedelta

from runner.config.model import Policy
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.values.money import Money

_ASKED, _BY, OWNER = "asked", "approved_by", "owner"
_REFUSED = "refused_by"
PATIENCE = timedelta(days=3)
"""How long the owner's answer is waited for where config.yaml does not say, and their refusal holds."""


def wanted(policy: Policy, price: Money) -> bool:
    """Whether the policy wants the owner's word for this price."""
    above = policy.approve
    return above is not None and (price.currency != above.currency or price > above)


def ask(ledger: Ledger, renewal: Renewal, price: Money, until: datetime, why: str) -> Renewal:
    """Note that the owner was asked for this price, and how long the answer is waited for."""
    return ledger.renewals.see_to_again(renewal, until, price=price, details={_ASKED: why})


def is_asked(renewal: Renewal) -> bool:
    """Whether it waits for the owner's word."""
    return renewal.state is State.PLANNED and _ASKED in renewal.details


def is_late(renewal: Renewal, now: datetime) -> bool:
    """Whether the owner's word comes, or would come, too late."""
    return is_asked(renewal) and renewal.next_at is not None and renewal.next_at <= now


def approve(
    ledger: Ledger,
    renewal: Renewal,
    reason: str,
    by: str,
    now: datetime,
    price: Money | None = None,
) -> Renewal:
    """The owner says yes to the price that the renewal has now, or to the one that they were shown;
    the next run goes on.

    `by`: the way by which they said it, such as `kigen approve`. Raises IllegalMove.
    """
    return ledger.renewals.move(
        renewal.id,
        State.APPROVED,
        reason=reason,
        evidence=by,
        price=price,
        details={_BY: OWNER},
        next_at=now,
    )


def refuse(ledger: Ledger, renewal: Renewal, reason: str, by: str) -> Renewal:
    """The owner says no; nothing is paid. `by`: the way by which they said it. Raises IllegalMove."""
    return ledger.renewals.move(
        renewal.id, State.ABORTED, reason=reason, evidence=by, details={_REFUSED: OWNER}
    )


def refused(ledger: Ledger, renewal: Renewal, price: Money, now: datetime) -> Renewal | None:
    """The renewal for the same need that the owner has refused lately, at this price or a lower one.
    Their word holds for `PATIENCE`; then they are asked anew, lest a line be lost by one click.
    """
    for one in ledger.renewals.list(renewal.account, renewal.line, {State.ABORTED}):
        holds = one.cycle == renewal.cycle and now < one.updated_at + PATIENCE
        if not holds or _REFUSED not in one.details or one.price is None:
            continue
        if one.price.currency == price.currency and one.price <= price:
            return one
    return None


def covers(renewal: Renewal, price: Money) -> bool:
    """Whether the owner has approved this price, or a higher one in the same currency."""
    return (
        renewal.state is State.APPROVED
        and renewal.details.get(_BY) == OWNER
        and renewal.price is not None
        and renewal.price.currency == price.currency
        and price <= renewal.price
    )


def late(ledger: Ledger, now: datetime) -> list[Renewal]:
    """Those that were waited for in vain. Whoever ends them tells the owner."""
    return [renewal for renewal in ledger.renewals.waiting(now) if is_late(renewal, now)]


def expire(ledger: Ledger, renewal: Renewal) -> Renewal:
    """End one whose time is over. Raises IllegalMove."""
    until = f"{renewal.next_at:%Y-%m-%d %H:%M %Z}"
    reason = f"no approval came within its time, which ended at {until}"
    return ledger.renewals.move(renewal.id, State.ABORTED, reason=reason, evidence="kigen")
