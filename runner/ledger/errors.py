"""Everything that the ledger may answer instead of doing what it was asked.

    LedgerError
    ├── LedgerTooNew        the file was written by a newer version
    ├── NoSuchEntry         an id that the ledger does not hold
    ├── AlreadyEnded        the run was ended before
    ├── AlreadyAsked        a run of the account was asked for, and waits to be begun
    ├── Refused             the database refused an entry that contradicts what it holds
    ├── IllegalMove         a renewal cannot go from its state to that one
    ├── AlreadyMet          this cycle of the line has its renewal
    ├── LineBlocked         an earlier renewal of the line may have cost money and is not settled
    ├── OverBudget          with this renewal more would be spent than a cap allows
    ├── Busy                another run holds the account
    └── LeaseLost           the lease was taken over or released

The message of each says what happened and what to do next. None holds a value that was read or
typed.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.ledger.records import Budget, Renewal
    from runner.ledger.states import State
    from runner.values.money import Money


class LedgerError(Exception):
    """The ledger could not do it: `what` happened, and what to do `next`."""

    def __init__(self, what: str, next: str) -> None:
        super().__init__(f"{what} {next}")
        self.what, self.next = what, next


class LedgerTooNew(LedgerError):
    """The stored schema is newer than this program."""


class NoSuchEntry(LedgerError):
    """Nothing of this kind has this id."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(
            f"The ledger holds no {kind} {id!r}.", "Check the id and which ledger is open."
        )


class AlreadyEnded(LedgerError):
    """The run has its outcome; a run ends once."""

    def __init__(self, run_id: str, outcome: str) -> None:
        super().__init__(
            f"Run {run_id} has already ended as {outcome}.",
            "If it was still going, another process took over its account in the meantime.",
        )
        self.outcome = outcome


class AlreadyAsked(LedgerError):
    """A run of the account was asked for before, and has not begun yet."""

    def __init__(self, account: str) -> None:
        super().__init__(
            f"A run of {account} was asked for already, and waits for its turn.",
            "It is begun by `kigen serve` or the next `kigen run due`.",
        )


class Refused(LedgerError):
    """A constraint of the database would be broken."""


class IllegalMove(LedgerError):
    """`renewal` cannot move `to` that state; nothing was changed."""

    def __init__(self, renewal: Renewal, to: State, why: str = "") -> None:
        super().__init__(
            f"The renewal of {_identity(renewal)} is {renewal.state} and cannot become {to}.",
            why or "Read its state again: another process may have moved it.",
        )
        self.renewal, self.to = renewal, to


class AlreadyMet(LedgerError):
    """The cycle has `renewal`, which is under way or has spent; a second one would pay twice."""

    def __init__(self, renewal: Renewal) -> None:
        super().__init__(
            f"The renewal of {_identity(renewal)} already exists and is {renewal.state}.",
            "Go on with that one, or end it first.",
        )
        self.renewal = renewal


class LineBlocked(LedgerError):
    """`renewal` may have cost money and is not settled; nothing else is paid on its line."""

    def __init__(self, renewal: Renewal) -> None:
        super().__init__(
            f"Nothing is paid on {renewal.account}/{renewal.line}: "
            f"its renewal for {renewal.cycle} is {renewal.state}.",
            "Settle that one first, from the provider's history or by the owner's word.",
        )
        self.renewal = renewal


class OverBudget(LedgerError):
    """With this renewal `total` would be spent, more than `budget` allows; nothing was changed."""

    def __init__(self, budget: Budget, total: Money) -> None:
        super().__init__(
            f"{budget.what} is {budget.cap}; with this renewal it would be {total}.",
            "Raise the cap, or wait until it counts anew.",
        )
        self.budget, self.total = budget, total


class Busy(LedgerError):
    """Another run holds the account: `who`, `since` when, and at most `until` when without news."""

    def __init__(self, account: str, who: str, since: datetime, until: datetime) -> None:
        super().__init__(
            f"Account {account} is held by {who} since {since:%Y-%m-%d %H:%M:%S %Z}.",
            "Wait until that run has ended, or stop it.",
        )
        self.account, self.who, self.since, self.until = account, who, since, until


class LeaseLost(LedgerError):
    """The account is no longer ours: stop before the next step that changes anything."""

    def __init__(self, account: str) -> None:
        super().__init__(
            f"The lease on account {account} is gone: it was taken over or released.",
            "This run has to stop; the new holder goes on.",
        )
        self.account = account


def _identity(renewal: Renewal) -> str:
    return f"{renewal.account}/{renewal.line} for {renewal.cycle}"
