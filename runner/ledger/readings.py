"""Readings: what the portals showed, and when.

The newest reading of each line carries a mark, kept unique by the database. Finding the newest of
all lines costs the number of lines, however long their history is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, text, update

from runner.ledger.columns import money_columns, money_of
from runner.ledger.engine import Database
from runner.ledger.ids import new_id
from runner.ledger.records import Reading
from runner.ledger.tables import readings
from runner.values.data import DataVolume
from runner.values.money import Money

_LATEST = text("readings.latest")
"""Word for word as the index of the newest readings says it; else SQLite reads the whole table."""
_SELECTED: Select[Any] = select(
    *(column for column in readings.c if column.name != "values"),
    readings.c["values"].label("read_values"),  # a row has a method of that name
)


class Readings:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def add(
        self,
        run_id: str,
        account: str,
        line: str,
        *,
        balance: Money | None = None,
        expires_on: date | None = None,
        days_left: int | None = None,
        data_left: DataVolume | None = None,
        values: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> Reading:
        """Keeps one reading. `values`: all typed values as JSON; `at` None: now.

        A reading older than the newest one of its line goes into the history only.
        """
        now = self._clock()
        at = at or now
        entry = {
            "id": new_id(now),
            "run_id": run_id,
            "account": account,
            "line": line,
            "at": at,
            **money_columns(balance),
            "expires_on": expires_on,
            "days_left": days_left,
            "data_left_bytes": None if data_left is None else data_left.bytes,
            "data_unlimited": data_left is not None and data_left.bytes is None,
            "values": dict(values or {}),
        }
        of_line = (readings.c.account == account, readings.c.line == line, _LATEST)
        with self._database.write() as connection:
            connection.execute(
                update(readings).where(*of_line, readings.c.at <= at).values(latest=False)
            )
            newer = connection.execute(select(readings.c.id).where(*of_line)).first()
            connection.execute(insert(readings).values(**entry, latest=newer is None))
            row = connection.execute(_SELECTED.where(readings.c.id == entry["id"])).one()
            return _reading(row)

    def latest(self, accounts: Collection[str] | None = None) -> dict[tuple[str, str], Reading]:
        """The newest reading of every line by (account, line), of all accounts or of these."""
        query = _SELECTED.where(_LATEST)
        if accounts is not None:
            query = query.where(readings.c.account.in_(accounts))
        with self._database.read() as connection:
            found = [_reading(row) for row in connection.execute(query)]
        return {(reading.account, reading.line): reading for reading in found}

    def of_run(self, run_id: str) -> list[Reading]:
        """What a run has read, the last reading of each line, in the order of their coming."""
        query = _SELECTED.where(readings.c.run_id == run_id).order_by(readings.c.at)
        with self._database.read() as connection:
            found = [_reading(row) for row in connection.execute(query)]
        return list({reading.line: reading for reading in found}.values())

    def series(self, account: str, line: str, *, since: datetime) -> list[Reading]:
        """The readings of a line from `since` on, oldest first."""
        query = _SELECTED.where(
            readings.c.account == account, readings.c.line == line, readings.c.at >= since
        ).order_by(readings.c.at, readings.c.id)
        with self._database.read() as connection:
            return [_reading(row) for row in connection.execute(query)]


def _reading(row: Row[Any]) -> Reading:
    known = row.data_unlimited or row.data_left_bytes is not None
    return Reading(
        id=row.id,
        run_id=row.run_id,
        account=row.account,
        line=row.line,
        at=row.at,
        balance=money_of(row.amount, row.currency),
        expires_on=row.expires_on,
        days_left=row.days_left,
        data_left=DataVolume(row.data_left_bytes) if known else None,
        values=row.read_values,
    )
