"""The links of messages: each does one thing, once, to what the message told of and to nothing else.

A link says what it is about, in which state that was and at which price, and is signed as a whole. It
counts only while all of that still holds.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from runner.ledger.errors import NoSuchEntry
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.renewal.approval import is_asked, is_late
from runner.renewal.resolution import RESOLVABLE
from runner.web.links import Links

if TYPE_CHECKING:
    from runner.challenge.inbox import Inbox, Waiting
    from runner.notify.todo import Todo

USE = "act link"
"""What the key of these links is drawn for; see `links.key_for`."""
LIVES = timedelta(days=7)
"""How long one may say how a payment ended by a link."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a link is about: a renewal's or account's name, its state, and the price that was told."""

    what: str
    about: str
    state: str
    price: str


class ActLinks:
    """Makes the links when a message is sent, and reads them when somebody follows one."""

    def __init__(self, links: Links, base: str) -> None:
        self._links, self._base = links, base.rstrip("/")

    def make(self, claim: Claim, until: datetime) -> str:
        """The address of a claim, which nobody can follow after `until`."""
        packed = json.dumps(astuple(claim), separators=(",", ":")).encode()
        id = base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
        return f"{self._base}/act/{self._links.make(id, USE, until)}"

    def report(self, run_id: str) -> str:
        """The address of a run's report, for those who are signed in."""
        return f"{self._base}/runs/{run_id}"

    def read(self, token: str) -> Claim:
        """What a link claims. Raises DeadLink unless it is ours and still alive."""
        self._links.check(token, USE)
        id = self._links.id_of(token)
        packed = base64.urlsafe_b64decode(id + "=" * (-len(id) % 4))
        return Claim(*json.loads(packed))


class MessageLinks:
    """Gives the link for what can be done about a message; see `notify.todo.LinkTo`."""

    def __init__(
        self, links: ActLinks, ledger: Ledger, inbox: Inbox, clock: Callable[[], datetime]
    ) -> None:
        self._links, self._ledger, self._inbox, self._clock = links, ledger, inbox, clock

    def __call__(self, todo: Todo) -> str | None:
        """None where it is too late: it was done, its time is over, or the price is another one."""
        if todo.what == "report":
            return self._links.report(todo.about)
        if todo.what == "code":
            waiting = self._inbox.waiting(todo.about)
            if waiting is None:
                return None
            return self._links.make(claim_of_code(waiting), waiting.until)
        try:
            renewal = self._ledger.renewals.get(todo.about)
        except NoSuchEntry:
            return None
        now = self._clock()
        until = now + LIVES if todo.what == "resolve" else renewal.next_at or now
        fits = can_resolve(renewal) if todo.what == "resolve" else can_approve(renewal, now)
        if not fits or until <= now or renewal.price != todo.price:
            return None
        return self._links.make(claim_of_renewal(todo.what, renewal, self._ledger), until)


def can_approve(renewal: Renewal, now: datetime) -> bool:
    """Whether the owner's word on its price is waited for."""
    return is_asked(renewal) and not is_late(renewal, now)


def can_resolve(renewal: Renewal) -> bool:
    """Whether the owner's word on how it ended is of use."""
    return renewal.state in RESOLVABLE


def claim_of_renewal(what: str, renewal: Renewal, ledger: Ledger) -> Claim:
    """What a link claims of a renewal as it is now. Any move that it makes is another state."""
    moves = len(ledger.renewals.moves(renewal.id))
    price = "" if renewal.price is None else str(renewal.price)
    return Claim(what, renewal.id, f"{renewal.state.value} {moves}", price)


def claim_of_code(waiting: Waiting) -> Claim:
    """What a link claims of a run that waits for a code."""
    return Claim("code", waiting.account, f"{waiting.digits} {waiting.until.isoformat()}", "")
