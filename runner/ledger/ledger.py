"""The ledger as its users see it: one object, one name for each thing that it keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from runner.ledger.engine import Database
from runner.ledger.lease import Leases
from runner.ledger.line_ends import LineEnds
from runner.ledger.outbox import Outbox
from runner.ledger.pauses import Pauses
from runner.ledger.proofs import Proofs
from runner.ledger.readings import Readings
from runner.ledger.renewals import Renewals
from runner.ledger.runs import Runs
from runner.ledger.schema import bring_up_to_date
from runner.ledger.tallies import Tallies
from runner.ledger.vouchers import Vouchers
from runner.ledger.wishes import Wishes

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """What happened. Open it with `Ledger.open`; every call is a transaction of its own.

    Threads may share one. Each process opens its own.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self.runs = Runs(database, clock)
        self.line_ends = LineEnds(database)
        self.readings = Readings(database, clock)
        self.renewals = Renewals(database, clock)
        self.vouchers = Vouchers(database, clock)
        self.proofs = Proofs(database, clock)
        self.outbox = Outbox(database, clock)
        self.leases = Leases(database, clock)
        self.pauses = Pauses(database, clock)
        self.wishes = Wishes(database, clock)
        self.tallies = Tallies(database)

    @classmethod
    def open(
        cls, where: Path | str, *, clock: Clock = utc_now, busy_seconds: float = 10.0
    ) -> Ledger:
        """Opens the ledger at a path or database URL, making or migrating it when needed.

        `busy_seconds`: how long a call waits for another process that writes to the same file.
        Raises LedgerError, and LedgerTooNew for a ledger of a newer version.
        """
        database = Database.open(where, busy_seconds)
        try:
            bring_up_to_date(database)
        except BaseException:
            database.close()
            raise
        return cls(database, clock)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
