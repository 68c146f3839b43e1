"""What waits for its owner: approvals, codes, pages, payments that nobody can tell of, lost messages."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from runner.browser.vault import Vault
from runner.challenge.inbox import Inbox, Waiting
from runner.challenge.offers import Offer, Offers
from runner.config.home import Home
from runner.config.workspace import Workspace
from runner.flow.library import NoSuchFlow
from runner.flow.mistakes import Mistakes
from runner.flow.model import Flow
from runner.ledger.ledger import Ledger
from runner.ledger.records import Letter, Renewal
from runner.ledger.states import State
from runner.renewal.approval import is_asked, is_late
from runner.renewal.bought import facts_of
from runner.renewal.looks import overdue

_MOST_LETTERS = 1000
_STUCK = (State.CONFIRMED, State.RENEWAL_PENDING, State.CHARGED)
_SHOWN = frozenset({State.PLANNED, State.UNKNOWN, State.AWAITING_PAYMENT, *_STUCK})


@dataclass(frozen=True)
class Waits:
    """All that waits, the most urgent first in each list.

    `unknown`: nobody can tell whether it was charged. `owed`: the owner pays it elsewhere. `stuck`: paid,
    and not active although its time for that is over.
    """

    approvals: list[Renewal]
    codes: list[Waiting]
    pages: list[Offer]
    unknown: list[Renewal]
    owed: list[Renewal]
    stuck: list[Renewal]
    letters: list[Letter]

    @property
    def renewals(self) -> list[Renewal]:
        """All renewals that wait."""
        return [*self.approvals, *self.unknown, *self.owed, *self.stuck]

    @property
    def count(self) -> int:
        """How many things wait."""
        return len(self.renewals) + len(self.codes) + len(self.pages) + len(self.letters)

    def stops(self, account: str) -> bool:
        """Whether a run of the account waits for its owner at this moment."""
        return account in {one.account for one in self.codes} | {one.account for one in self.pages}


def what_waits(workspace: Workspace, ledger: Ledger, home: Home, now: datetime) -> Waits:
    """Look at everything."""
    found = ledger.renewals.list(states=_SHOWN)[::-1]

    def those(state: State) -> list[Renewal]:
        return [renewal for renewal in found if renewal.state is state]

    asked = [one for one in found if is_asked(one) and not is_late(one, now)]
    return Waits(
        approvals=sorted(asked, key=lambda one: one.next_at or now),
        codes=[one for one in inbox_of(home, lambda: now).all_waiting()
               if one.account in workspace.accounts],
        pages=pages_of(ledger, home, now),
        unknown=those(State.UNKNOWN),
        owed=those(State.AWAITING_PAYMENT),
        stuck=[one for one in found if one.state in _STUCK and _overdue(one, workspace, now)],
        letters=[one for one in ledger.outbox.list(limit=_MOST_LETTERS) if _undelivered(one)],
    )  # fmt: skip


def inbox_of(home: Home, clock: Callable[[], datetime]) -> Inbox:
    """Where codes are given to the runs of a home."""
    return Inbox(Vault(home.folder, os.environ), clock)


def pages_of(ledger: Ledger, home: Home, now: datetime) -> list[Offer]:
    """The live pages that wait. One that a killed run has left behind is none."""
    offers = Offers(home.folder, lambda: now).all()
    held = ledger.leases.held() if offers else frozenset()
    return [offer for offer in offers if offer.account in held]


def newest_picture(ledger: Ledger, home: Home, renewal: Renewal) -> tuple[str, str] | None:
    """The run and the name of the picture that shows best what a renewal is about; None: there is none."""
    for move in reversed(ledger.renewals.moves(renewal.id)):
        folder, _, name = (move.evidence or "").partition("/")
        if renewal.state is State.PLANNED:
            name = _confirmation(home.evidence / folder)
        if move.run_id is not None and name and (home.evidence / folder / name).is_file():
            return move.run_id, name
    return None


def _confirmation(folder: Path) -> str:
    """The page on which the price was asked for: the last one that such a run has kept."""
    return max((file.name for file in folder.glob("*.png")), default="")


def _overdue(renewal: Renewal, workspace: Workspace, now: datetime) -> bool:
    account = workspace.accounts.get(renewal.account)
    flow: Flow | None = None
    if account is not None:
        with suppress(Mistakes, NoSuchFlow):
            flow = workspace.library.load(account.flow).flow
    return flow is not None and overdue(renewal, facts_of(renewal, flow), now)


def _undelivered(letter: Letter) -> bool:
    return letter.state == "given_up" or letter.last_error is not None
