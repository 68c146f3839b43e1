"""What the owner is told of a renewal that is not settled, and what they can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from runner.flow.model import Flow
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.renewal.bought import facts_of
from runner.renewal.looks import overdue
from runner.values.money import Money

OWED = ("slip", "transfer_to", "to_pay", "pay_until")
"""What a flow may extract of a payment that its owner makes elsewhere: the slip's number or the bank
account, the amount that the page asks for, the last day.
"""


@dataclass(frozen=True)
class Told:
    """An outcome in words. `once`: what makes two tellings the same news, so that one is enough."""

    outcome: str
    message: str
    hint: str | None
    once: str


def how_to_resolve(renewal_id: str) -> str:
    """What an owner can do about a payment that is unknown."""
    return (
        "the next run looks at the provider's history again; or compare it with your card's "
        f"statement, then say {_resolve(renewal_id)}"
    )


def words_for(renewal: Renewal, flow: Flow, now: datetime) -> Told:
    """The words for a renewal that proof has not settled."""
    facts = facts_of(renewal, flow)
    resolve = _resolve(renewal.id)
    if renewal.state in (State.UNKNOWN, State.COMMITTING):
        if renewal.free:
            return Told(
                "renewal_pending",
                "nobody can tell yet whether the line was renewed, which is free; it is looked at again",
                None,
                f"{renewal.id}/unknown",
            )
        return Told(
            "payment_unknown",
            f"nobody can tell yet whether {renewal.price} was charged; nothing is paid on this line "
            f"until the provider shows it, or you say so: {resolve}",
            how_to_resolve(renewal.id),
            f"{renewal.id}/unknown/{now:%Y-%m-%d}",
        )
    if renewal.state is State.AWAITING_PAYMENT:
        return Told(
            "awaiting_payment",
            f"ordered for {renewal.price}, {_where_to_pay(renewal)}; the provider waits "
            "for your payment" + (f" until {pay_until(renewal)}" if pay_until(renewal) else ""),
            f"pay it with the picture; should you never pay it, say `kigen resolve {renewal.id} "
            "--not-charged`",
            f"{renewal.id}/awaiting",
        )
    if overdue(renewal, facts, now):
        contact = flow.provider.contact or "the provider"
        receipt = renewal.reference or "(none was shown)"
        return Told(
            "renewal_pending",
            f"{paid(renewal)}, but not active after {facts.active_within.seconds / 60:g} "
            f"minutes: ask {contact}, with receipt {receipt}",
            f"when it is settled with them, say {resolve}; until then nothing is paid on this line",
            f"{renewal.id}/overdue",
        )
    return Told(
        "renewal_pending",
        f"{paid(renewal)}; the provider has not made it active yet, and is looked at again",
        None,
        f"{renewal.id}/pending",
    )


def _where_to_pay(renewal: Renewal) -> str:
    """By which number, or to which account."""
    account = renewal.details.get("transfer_to")
    if account is None:
        number = renewal.details.get("slip") or renewal.reference
        return f"number {number or '(none was shown)'}"
    asked = renewal.details.get("to_pay")
    amount = Money.parse(f"{asked['amount']} {asked['currency']}") if asked else renewal.price
    more = f" (the page asks for {amount})" if amount != renewal.price else ""
    return f"to be transferred to {account}{more}"


def paid(renewal: Renewal) -> str:
    """What was done, as a message about it begins."""
    return "ordered, which is free" if renewal.free else f"paid {renewal.price}"


def pay_until(renewal: Renewal) -> date | None:
    """The last day on which a slip can be paid, where the provider has named one."""
    found = renewal.details.get("pay_until")
    return date.fromisoformat(str(found)[:10]) if found else None


def _resolve(renewal_id: str) -> str:
    return f"`kigen resolve {renewal_id} --charged` or `--not-charged`"
