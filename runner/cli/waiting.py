"""Renewals on which the owner's word is wanted."""

from __future__ import annotations

from collections.abc import Collection

from runner.cli.mistake import WrongCall
from runner.ledger.errors import NoSuchEntry
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State


def waiting_renewal(ledger: Ledger, id: str, states: Collection[State], otherwise: str) -> Renewal:
    """The renewal, if it is in one of these states. Raises WrongCall, with those that are."""
    try:
        renewal = ledger.renewals.get(id)
    except NoSuchEntry:
        raise WrongCall(f"there is no renewal `{id}`", _those(ledger, states)) from None
    if renewal.state not in states:
        message = f"the renewal `{id}` is {renewal.state}: {otherwise}"
        raise WrongCall(message, _those(ledger, states))
    return renewal


def _those(ledger: Ledger, states: Collection[State]) -> str:
    found = ledger.renewals.list(states=states)
    if not found:
        return f"no renewal is {' or '.join(sorted(states))}"
    return "\n    ".join(
        [
            "these are:",
            *(f"{one.id}  {one.account}/{one.line}, {one.price}, {one.state}" for one in found),
        ]
    )
