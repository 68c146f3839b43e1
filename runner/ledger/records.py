"""What the ledger hands out: immutable records, never database rows. Times are aware, in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from runner.ledger.states import State, VoucherState
from runner.values.data import DataVolume
from runner.values.money import Money

OUTCOMES = (
    "read_only",
    "nothing_due",
    "renewed",
    "renewal_pending",
    "awaiting_payment",
    "needs_you",
    "rejected",
    "declined",
    "too_expensive",
    "payment_unknown",
    "maintenance",
    "changed",
    "unreachable",
    "busy",
    "failed",
)
"""How a run may end; the database knows no other."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a flow for an account. `ended_at is None`: still going, or cut off.

    `evidence` is a folder name relative to the state folder. `seconds` is None when the true end is
    not known. `closed_until`: so long the provider said to be closed, where it said so.
    """

    id: str
    account: str
    flow: str
    trigger: str
    started_at: datetime
    deadline_at: datetime
    ended_at: datetime | None
    outcome: str | None
    message: str | None
    evidence: str | None
    seconds: float | None
    dry_run: bool
    read_only: bool
    traced: bool
    closed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LineEnd:
    """How a run ended for one line of its account."""

    run_id: str
    account: str
    line: str
    outcome: str
    message: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a line at one moment. None: the page did not say."""

    id: str
    run_id: str
    account: str
    line: str
    at: datetime
    balance: Money | None
    expires_on: date | None
    days_left: int | None
    data_left: DataVolume | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Renewal:
    """One attempt to extend a line for one cycle.

    `price` is the price agreed or last read. `reference` is the provider's receipt number.
    `committed_at` is when the intent to pay was written, whatever came of it. `next_at` is when the
    renewal is to be seen to again without anybody asking; None: not by itself. `receipts` are files
    below the state folder.
    """

    id: str
    run_id: str
    account: str
    line: str
    cycle: str
    plan: str
    state: State
    price: Money | None
    reference: str | None
    created_at: datetime
    updated_at: datetime
    committed_at: datetime | None
    details: Mapping[str, Any]
    next_at: datetime | None = None
    receipts: tuple[str, ...] = ()

    @property
    def free(self) -> bool:
        """Whether it costs nothing."""
        return self.price is not None and not self.price.amount


@dataclass(frozen=True, slots=True)
class Move:
    """One change of a renewal's state, with the price as it stood after it.

    `evidence` is a run's evidence folder or a file in it, or the command by which the owner said so.
    """

    renewal_id: str
    number: int
    at: datetime
    from_state: State | None
    to_state: State
    reason: str
    evidence: str | None
    run_id: str | None
    price: Money | None


@dataclass(frozen=True, slots=True)
class Voucher:
    """A prepaid code in stock: everything about it but the code. `ending` are its last signs.

    `renewal_id`: for which it is reserved, or was entered. `reason`: why it is as it is.
    """

    id: str
    flow: str
    value: Money
    ending: str
    state: VoucherState
    renewal_id: str | None
    added_at: datetime
    updated_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A version of a flow has played well on its live portal. `reach`: read, renewed."""

    flow: str
    digest: str
    reach: str
    at: datetime
    run_id: str


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that may be spent from `since` on: by a line, an account, or (None) by all."""

    what: str
    cap: Money
    since: datetime
    account: str | None = None
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that waits to be sent. `target` is a name from the configuration, never an address.

    `state` is waiting, sent or given_up. `attempts` counts the claims, so that a sender that died
    counts too. `put_away_at`: since when its owner does not want to see it among the undelivered.
    """

    id: str
    key: str
    event: str
    account: str | None
    line: str | None
    run_id: str | None
    target: str
    payload: Mapping[str, Any]
    state: str
    attempts: int
    next_at: datetime
    claimed_until: datetime | None
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None
    put_away_at: datetime | None = None
    put_away_by: str | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A line is left as it is: not renewed, not told of. `until` None: until its owner resumes it.

    `by` and `ended_by` are the ways by which somebody said so.
    """

    id: str
    account: str
    line: str
    since: datetime
    until: datetime | None
    by: str
    ended_at: datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants a run of an account now, whatever its schedule says.

    It is played once: `run_id` is the run that took it. It is not begun any more after `until`.
    """

    id: str
    account: str
    dry_run: bool
    asked_at: datetime
    until: datetime
    by: str
    run_id: str | None = None
