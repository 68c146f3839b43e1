"""The cycle: which need of a line a renewal meets, so that the same need can't be met twice.

A need is named by the expiry that it extends. A line may be in need again before that date, when
its balance or data run out first; that is a new need only after the one before was met: its
renewal is verified, and a reading since the payment showed that the line was no longer due.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.flow.expressions import Expression
from runner.ledger.ledger import Ledger
from runner.ledger.records import Reading, Renewal
from runner.ledger.states import State
from runner.renewal.policy import PolicyUnclear, day_of, decide, facts


def cycle_of(
    ledger: Ledger, account: str, line: str, reading: Mapping[str, Any], when: Expression
) -> str:
    """The name of the need that a line has now."""
    day = day_of(reading.get("expires_on"))
    base = f"expires {day.isoformat()}" if day is not None else "no expiry"
    earlier = [
        renewal
        for renewal in ledger.renewals.list(account, line)
        if renewal.cycle.split(" #")[0] == base
    ]
    met = [renewal for renewal in earlier if _was_met(ledger, renewal, when)]
    return base if not met else f"{base} #{len(met) + 1}"


def _was_met(ledger: Ledger, renewal: Renewal, when: Expression) -> bool:
    if renewal.state is not State.VERIFIED:
        return False
    paid = renewal.committed_at or renewal.created_at
    after = ledger.readings.series(renewal.account, renewal.line, since=paid)
    return any(_not_due(reading, when) for reading in after)


def _not_due(reading: Reading, when: Expression) -> bool:
    known = {
        "balance": reading.balance,
        "expires_on": reading.expires_on,
        "data_left": reading.data_left,
        "days_left": reading.days_left,
    }
    try:
        return not decide(when, facts(known, reading.at.date())).due
    except PolicyUnclear:
        return False
