"""Leases: one run at a time on each account, on however many machines.

A lease of a process that is certainly dead (same machine, same boot) is taken over at once, any
other when it has run out. Taking over changes the token, so that the old holder finds out with
`still_mine`. Machines that share a ledger need clocks that agree to within a few seconds, and
leases that are longer than that.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Row, delete, insert, select, update

from runner.ledger.engine import Database
from runner.ledger.errors import Busy, LeaseLost, LedgerError, Refused
from runner.ledger.process import Process
from runner.ledger.tables import leases


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to be the one run of an account. Leaving its `with` block releases it."""

    account: str
    owner: str
    token: str = field(repr=False)
    acquired_at: datetime
    _leases: Leases = field(repr=False, compare=False)

    def renew(self, seconds: float) -> None:
        """Holds it for `seconds` from now. Raises LeaseLost."""
        self._leases._renew(self, seconds)

    def still_mine(self) -> bool:
        """Reads the ledger: held by nobody else, and not run out."""
        return self._leases._is_held(self)

    def release(self) -> None:
        """Gives it back; harmless if it was lost or released before."""
        self._leases._release(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(LedgerError):  # what can't be given back ends with this process
            self.release()


class Leases:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def acquire(self, account: str, owner: str, seconds: float) -> Lease:
        """Takes the account for `seconds`. `owner` says who, in words for people. Raises Busy."""
        now = self._clock()
        mine = _row(account, owner, now, seconds)
        try:
            with self._database.write() as connection:
                held = connection.execute(select(leases).where(leases.c.account == account)).first()
                if held is None:
                    connection.execute(insert(leases).values(mine))
                elif not _is_over(held, now):
                    raise _busy(held)
                else:
                    taken = connection.execute(
                        update(leases)
                        .where(leases.c.account == account, leases.c.token == held.token)
                        .values(mine)
                    ).rowcount
                    if not taken:
                        raise _busy(held)
        except Refused:
            # Another process was quicker between the look and the entry.
            with self._database.read() as connection:
                held = connection.execute(select(leases).where(leases.c.account == account)).first()
            if held is None:
                raise
            raise _busy(held) from None
        return Lease(account, owner, str(mine["token"]), now, self)

    def held(self) -> frozenset[str]:
        """The accounts that a run holds now."""
        return frozenset(row.account for row in self._live())

    def held_here(self) -> frozenset[str]:
        """Those of them that a process holds which lives on this machine for certain."""
        return frozenset(row.account for row in self._live() if _process(row).is_here())

    def _live(self) -> list[Row[Any]]:
        now = self._clock()
        with self._database.read() as connection:
            found = connection.execute(select(leases)).all()
        return [row for row in found if not _is_over(row, now)]

    def check_writable(self) -> None:
        """Write something, and take it away in the same transaction. Raises LedgerError."""
        row = _row(f"?{secrets.token_hex(8)}", "a trial", self._clock(), 0)
        with self._database.write() as connection:
            connection.execute(insert(leases).values(row))
            connection.execute(delete(leases).where(leases.c.account == row["account"]))

    def _renew(self, lease: Lease, seconds: float) -> None:
        expires_at = self._clock() + timedelta(seconds=seconds)
        with self._database.write() as connection:
            renewed = connection.execute(
                update(leases)
                .where(leases.c.account == lease.account, leases.c.token == lease.token)
                .values(expires_at=expires_at)
            ).rowcount
        if not renewed:
            raise LeaseLost(lease.account)

    def _is_held(self, lease: Lease) -> bool:
        query = select(leases.c.token).where(
            leases.c.account == lease.account,
            leases.c.token == lease.token,
            leases.c.expires_at > self._clock(),
        )
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def _release(self, lease: Lease) -> None:
        with self._database.write() as connection:
            connection.execute(
                delete(leases).where(
                    leases.c.account == lease.account, leases.c.token == lease.token
                )
            )


def _row(account: str, owner: str, now: datetime, seconds: float) -> dict[str, Any]:
    process = Process.this()
    return {
        "account": account,
        "owner": owner,
        "token": secrets.token_hex(16),
        "acquired_at": now,
        "expires_at": now + timedelta(seconds=seconds),
        "host": process.host,
        "boot": process.boot,
        "pid": process.pid,
        "process_start": process.start,
    }


def _is_over(held: Row[Any], now: datetime) -> bool:
    return bool(held.expires_at <= now) or _process(held).is_dead()


def _process(held: Row[Any]) -> Process:
    return Process(held.host, held.boot, held.pid, held.process_start)


def _busy(held: Row[Any]) -> Busy:
    return Busy(held.account, held.owner, held.acquired_at, held.expires_at)
