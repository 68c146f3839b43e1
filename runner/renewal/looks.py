"""When a renewal is looked at again without anybody asking: after minutes, then after ever longer.

The pause is as long as the renewal is old: looks come 2, 4, 8, 16, 32 … minutes after the click. So
it needs no counter, and a machine that was off for a while begins where it would be by now.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from runner.flow.model import PlanFacts
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State

FIRST = timedelta(minutes=2)
LONGEST = timedelta(hours=6)
OPEN = frozenset(
    {
        State.COMMITTING,
        State.UNKNOWN,
        State.CONFIRMED,
        State.RENEWAL_PENDING,
        State.AWAITING_PAYMENT,
        State.CHARGED,
    }
)
"""Has cost money, or may have, and is not settled: only looked at, never paid again."""


def clicked_at(renewal: Renewal) -> datetime:
    """When the paying click came next."""
    return renewal.committed_at or renewal.created_at


def next_look(renewal: Renewal, facts: PlanFacts, now: datetime) -> datetime:
    """When to look at it again: never after the plan's limit without a look at the limit itself."""
    clicked = clicked_at(renewal)
    look = now + min(max(now - clicked, FIRST), LONGEST)
    limit = clicked + timedelta(seconds=facts.active_within.seconds + 1)
    return min(look, limit) if now < limit else look


def overdue(renewal: Renewal, facts: PlanFacts, now: datetime) -> bool:
    """Whether a paid renewal should have taken effect by now."""
    return now - clicked_at(renewal) > timedelta(seconds=facts.active_within.seconds)


def put_off(ledger: Ledger, account: str, now: datetime) -> None:
    """A run of the account begins: should it fail, its renewals don't call for the next one at once.

    What is approved of a paused line is not paid by this run, and calls again after the pause.
    """
    paused = ledger.pauses.now()
    for renewal in ledger.renewals.waiting(now):
        if renewal.account != account:
            continue
        if renewal.state in OPEN:
            ledger.renewals.see_to_again(renewal, next_look(renewal, PlanFacts(), now))
        elif renewal.state is State.APPROVED and (account, renewal.line) not in paused:
            ledger.renewals.see_to_again(renewal, None)
