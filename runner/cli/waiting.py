"""Renewals on which the owner's word is wanted."""

from __future__ import annotations

from runner.cli.mistake import WrongCall
from runner.ledger.errors import NoSuchEntry
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State


def waiting_renewal(ledger: Ledger, id: str, state: State, otherwise: str) -> Renewal:
    """The renewal, if it is in this state. Raises WrongCall, with those that are."""
    try:
        renewal = ledger.renewals.get(id)
    except NoSuchEntry:
        raise WrongCall(f"there is no renewal `{id}`", _those(ledger, state)) from None
    if renewal.state is not state:
        message = f"the renewal `{id}` is {renewal.state}: {otherwise}"
        raise WrongCall(message, _those(ledger, state))
    return renewal


def _those(ledger: Ledger, state: State) -> str:
    found = ledger.renewals.list(states={state})
    if not found:
        return f"no renewal is {state}"
    return "\n    ".join(
        [f"{state}:", *(f"{one.id}  {one.account}/{one.line}, {one.price}" for one in found)]
    )
