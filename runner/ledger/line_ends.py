"""How each line of an account has ended in a run: beside the run's own outcome, which is the gravest.

The newest end of each line carries a mark, kept unique by the database, as the newest reading does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, text, update

from runner.ledger.engine import Database
from runner.ledger.records import OUTCOMES, LineEnd
from runner.ledger.tables import line_ends, runs

_LATEST = text("line_ends.latest")
"""Word for word as the index of the newest ends says it; else SQLite reads the whole table."""
_COLUMNS = (
    line_ends.c.run_id, line_ends.c.account, line_ends.c.line, line_ends.c.outcome,
    line_ends.c.message,
)  # fmt: skip

Ends = Mapping[str, tuple[str, str | None]]
"""Outcome and message of lines, by their names."""


class LineEnds:
    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self) -> dict[tuple[str, str], LineEnd]:
        """The newest end of every line, by (account, line)."""
        return {
            (one.account, one.line): one for one in self._found(select(*_COLUMNS).where(_LATEST))
        }

    def since(self, account: str, since: datetime) -> dict[str, dict[str, LineEnd]]:
        """The ends of the account's lines by the run's id, then by the line; in runs from `since` on."""
        query = (
            select(*_COLUMNS)
            .join_from(runs, line_ends, line_ends.c.run_id == runs.c.id)
            .where(runs.c.account == account, runs.c.started_at >= since)
            .order_by(line_ends.c.line)
        )
        found: dict[str, dict[str, LineEnd]] = {}
        for one in self._found(query):
            found.setdefault(one.run_id, {})[one.line] = one
        return found

    def _found(self, query: Select[Any]) -> list[LineEnd]:
        with self._database.read() as connection:
            return [LineEnd(*row) for row in connection.execute(query)]


def check(ends: Ends) -> None:
    """Raises ValueError for an outcome outside `OUTCOMES`."""
    for line, (outcome, _) in ends.items():
        if outcome not in OUTCOMES:
            raise ValueError(f"{outcome!r} of {line} is not an outcome: {', '.join(OUTCOMES)}")


def keep(connection: Connection, run_id: str, account: str, ends: Ends) -> None:
    """Keep how a run ended for these lines. One that began before their newest goes into the history
    only: a run that was taken for cut off may end late.
    """
    for line, (outcome, message) in ends.items():
        of_line = (line_ends.c.account == account, line_ends.c.line == line, _LATEST)
        connection.execute(
            update(line_ends).where(*of_line, line_ends.c.run_id < run_id).values(latest=False)
        )
        newer = connection.execute(select(line_ends.c.run_id).where(*of_line)).first()
        connection.execute(
            insert(line_ends).values(
                run_id=run_id, account=account, line=line, outcome=outcome, message=message,
                latest=newer is None,
            )
        )  # fmt: skip
