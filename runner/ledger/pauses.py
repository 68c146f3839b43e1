"""Pauses: lines that their owner has told to be left as they are, for a while or until told otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from runner.ledger.engine import Database
from runner.ledger.ids import new_id
from runner.ledger.records import Pause
from runner.ledger.tables import pauses

ITS_DATE = "its date"
"""By what a pause ended that nobody has ended."""


class Pauses:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def begin(
        self, account: str, lines: Iterable[str], *, by: str, until: datetime | None = None
    ) -> list[Pause]:
        """Pauses these lines from now on; for those that are paused already, the new end holds.

        `by` is the way by which their owner said so.
        """
        now, made = self._clock(), []
        with self._database.write() as connection:
            for line in lines:
                _end(connection, account, line, now, by)
                pause = Pause(new_id(now), account, line, now, until, by)
                connection.execute(
                    insert(pauses).values(
                        id=pause.id, account=account, line=line, since=now, until=until, by=by
                    )
                )
                made.append(pause)
        return made

    def end(self, account: str, lines: Iterable[str], *, by: str) -> list[str]:
        """Ends the pauses of these lines; gives those that were paused."""
        now = self._clock()
        with self._database.write() as connection:
            return [line for line in lines if _end(connection, account, line, now, by)]

    def now(self) -> Mapping[tuple[str, str], Pause]:
        """The pauses that hold now, by account and line."""
        now = self._clock()
        return {
            line: one for line, one in self.last().items() if one.until is None or one.until > now
        }

    def last(self) -> Mapping[tuple[str, str], Pause]:
        """The same, and those that have ended by their date since nobody has ended them before."""
        query = select(pauses).where(pauses.c.ended_at.is_(None))
        with self._database.read() as connection:
            found = [Pause(**row._mapping) for row in connection.execute(query)]
        return {(one.account, one.line): one for one in found}

    def of(self, account: str, line: str) -> Pause | None:
        """The pause that holds for a line now."""
        return self.now().get((account, line))


def _end(connection: Connection, account: str, line: str, now: datetime, by: str) -> bool:
    """End the pause of a line that is not closed; whether one was in force."""
    open_ = (pauses.c.account == account, pauses.c.line == line, pauses.c.ended_at.is_(None))
    row = connection.execute(select(pauses).where(*open_)).first()
    if row is None:
        return False
    over = row.until is not None and row.until <= now
    ended = (
        {"ended_at": row.until, "ended_by": ITS_DATE} if over else {"ended_at": now, "ended_by": by}
    )
    connection.execute(update(pauses).where(*open_).values(ended))
    return not over
