"""Asking for a run now, whatever the schedule says."""

from __future__ import annotations

from collections.abc import Collection

from runner.ledger.errors import LedgerError
from runner.ledger.ledger import Ledger
from runner.ledger.records import Wish


class BeingPlayed(LedgerError):
    """The account is being played: a second run would have to wait, and find the same."""

    def __init__(self, account: str) -> None:
        super().__init__(f"{account} is being played already.", "Wait until that run has ended.")


def ask_for_run(
    ledger: Ledger, account: str, playing: Collection[str], *, dry_run: bool, by: str
) -> Wish:
    """Keep the wish for a run: `kigen serve`, or the next `kigen run due`, begins it.

    `playing`: the accounts that the daemon plays; other runs are known by their leases. A run that has
    ended may still hold its account, to tell its owner: the wish waits for that. `by`: the way by which
    the owner said so. Raises BeingPlayed and AlreadyAsked.
    """
    last = ledger.runs.last(account)
    goes_on = last is not None and last.ended_at is None
    if goes_on and (account in playing or account in ledger.leases.held()):
        raise BeingPlayed(account)
    return ledger.wishes.add(account, dry_run=dry_run, by=by)
