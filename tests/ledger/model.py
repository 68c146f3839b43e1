"""What the model of `test_ledger_model` is made of: a portal, and two runs that share a ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from runner.flow.model import Flow
from runner.ledger.lease import Lease
from runner.ledger.ledger import Ledger
from runner.values.money import Money

PRICE = Money.parse("550 JPY")
LATEST = timedelta(minutes=30)
"""An order is booked by then, or never: the plan's own time to become active."""
SLOWEST = timedelta(hours=5)
"""After so long the portal shows what was paid for."""
FIRST_EXPIRY = date(2026, 11, 30)
FLOW = Flow.model_validate(
    {
        "flow": "practice",
        "title": "Practice",
        "hosts": ["practice.example.jp"],
        "timezone": "Asia/Tokyo",
        "plans": {"30 days": {"days": 30, "active_within": "30 minutes"}},
        "login": [{"goto": "https://practice.example.jp/"}],
        "read": [{"goto": "https://practice.example.jp/"}],
    }
)


class Torn(Exception):
    """The process ended in the middle of a transaction."""


@dataclass
class Charge:
    line: str
    renewal: str
    at: datetime
    reference: str
    shows_at: datetime


@dataclass
class Order:
    """A paying click whose charge is not booked yet."""

    line: str
    renewal: str
    until: datetime
    slow: bool = False


@dataclass
class Portal:
    """What is true. Its clock is right; a line is due until it is paid for, and again when used up."""

    now: datetime
    due: dict[str, bool]
    charges: list[Charge] = field(default_factory=list)
    under_way: list[Order] = field(default_factory=list)

    def book(self, order: Order) -> None:
        """Charge. A charge for a line that is not due is what nobody may ever bring about."""
        assert self.due[order.line], f"paid over: {order}, after {self.charges}"
        number = f"R{len(self.charges) + 1}"
        shows = self.now + (SLOWEST if order.slow else timedelta())
        self.charges.append(Charge(order.line, order.renewal, self.now, number, shows))
        self.due[order.line] = False

    def expires(self, line: str) -> date:
        """What its page shows: some charges are booked at once and take effect later."""
        shown = [one for one in self.charges if one.line == line and one.shows_at <= self.now]
        return FIRST_EXPIRY + timedelta(days=30) * len(shown)

    def forward(self, by: timedelta) -> None:
        """Time passes; what is late is booked at its latest."""
        self.now += by
        for order in [one for one in self.under_way if one.until <= self.now]:
            self.under_way.remove(order)
            self.book(order)

    def history(self, line: str) -> list[dict[str, Any]]:
        """Its list of payments, which tells days, not moments."""
        return [
            {
                "on": (one.at + timedelta(hours=9)).date(),
                "amount": PRICE,
                "reference": one.reference,
            }
            for one in self.charges
            if one.line == line
        ]

    def charged(self, renewal: str) -> bool:
        return any(one.renewal == renewal for one in self.charges)

    def may_charge(self, renewal: str) -> bool:
        """Whether an order of this renewal may still be booked."""
        return any(one.renewal == renewal for one in self.under_way)


@dataclass
class Owner:
    """One process with its own connection; what it remembers dies with it."""

    name: str
    ledger: Ledger
    lease: Lease | None = None
    run_id: str = ""
    read: dict[str, tuple[date, bool]] = field(default_factory=dict)
    planned: dict[str, str] = field(default_factory=dict)
    may_click: str | None = None
    answer: tuple[str, bool] | None = None
    """A renewal that was clicked, and whether the page said that it was paid."""

    def forget(self) -> None:
        self.lease, self.run_id, self.may_click, self.answer = None, "", None, None
        self.read, self.planned = {}, {}


@contextmanager
def hindered(trouble: str, path: Path) -> Iterator[None]:
    """`locked`: another program holds the ledger. `torn`: nothing written is committed. Or `none`."""
    with ExitStack() as stack:
        if trouble == "locked":
            other = stack.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
            other.execute("BEGIN IMMEDIATE")
        elif trouble == "torn":
            sa.event.listen(sa.Engine, "commit", _tear)
            stack.callback(sa.event.remove, sa.Engine, "commit", _tear)
        yield


def _tear(_: Any) -> None:
    raise Torn


def bury(path: Path, lease: Lease) -> None:
    """Let the system say that the process that holds the lease has ended."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE leases SET process_start = '1' WHERE token = ?", (lease.token,))


def dump(path: Path) -> list[str]:
    """Everything that stands in the ledger's file, but its leases."""
    with closing(sqlite3.connect(path)) as connection:
        return [line for line in connection.iterdump() if '"leases"' not in line]
