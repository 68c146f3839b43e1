"""The portal's own book held against the ledger: what must be true whatever was done to a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import BLOCKING, SPENT, State

PAID = frozenset({State.CONFIRMED, State.RENEWAL_PENDING, State.VERIFIED, State.CHARGED})


@dataclass(frozen=True)
class Verdict:
    """What stands in both books after an attack, for the figures."""

    charges: int
    states: tuple[str, ...]


def judge(ledger: Ledger, charges: list[dict[str, Any]]) -> Verdict:
    """At most one charge for a line's need, and every charge known. Raises AssertionError."""
    renewals = ledger.renewals.list()
    told = "\n".join([_story(ledger, one) for one in renewals] + [str(one) for one in charges])
    assert max(Counter(one["line"] for one in charges).values(), default=0) <= 1, told
    spent = [one for one in renewals if one.state in SPENT]
    assert len(spent) <= 1, told
    for charge in charges:
        assert spent, f"a charge that the ledger does not know\n{told}"
        assert str(spent[0].price) == f"{charge['amount']} {charge['currency']}", told
        assert spent[0].reference in (None, charge["reference"]), told
    if not charges:
        assert not [one for one in renewals if one.state in PAID], told
    for renewal in renewals:
        moves = ledger.renewals.moves(renewal.id)
        assert moves[-1].to_state is renewal.state, told
    return Verdict(len(charges), tuple(one.state.value for one in reversed(renewals)))


def is_open(ledger: Ledger) -> bool:
    """Whether a renewal may have cost money and nobody knows yet what came of it."""
    return bool(ledger.renewals.list(states=BLOCKING))


def _story(ledger: Ledger, renewal: Renewal) -> str:
    moves = ledger.renewals.moves(renewal.id)
    return f"{renewal.cycle}, receipt {renewal.reference}: " + "; ".join(
        f"{move.to_state.value} ({move.reason})" for move in moves
    )
