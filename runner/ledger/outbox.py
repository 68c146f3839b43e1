"""The outbox: letters that wait to be sent, so that a dead network loses none of them.

Each event is kept once for each target. Whoever sends takes a claim on a letter first; a claim that
ran out may be taken by another. A letter is therefore sent at least once, and twice only if its
sender stalled past its claim.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from runner.ledger.engine import Database
from runner.ledger.errors import NoSuchEntry, Refused
from runner.ledger.ids import new_id
from runner.ledger.records import Letter
from runner.ledger.tables import letters


class Outbox:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def put(
        self,
        key: str,
        event: str,
        *,
        target: str,
        payload: Mapping[str, Any],
        account: str | None = None,
        line: str | None = None,
        run_id: str | None = None,
        next_at: datetime | None = None,
    ) -> Letter:
        """Keeps a letter, to be sent at once or from `next_at` on.

        `key` names the event and the target. A second letter with it is not kept: the first is
        returned.
        """
        now = self._clock()
        entry = {
            "id": new_id(now),
            "key": key,
            "event": event,
            "account": account,
            "line": line,
            "run_id": run_id,
            "target": target,
            "payload": dict(payload),
            "state": "waiting",
            "attempts": 0,
            "next_at": next_at or now,
            "created_at": now,
        }
        same_key = letters.c.key == key
        try:
            with self._database.write() as connection:
                if not _find(connection, same_key):
                    connection.execute(insert(letters).values(entry))
                return _find(connection, same_key)[0]
        except Refused:
            # Another process was quicker between the look and the entry.
            with self._database.read() as connection:
                found = _find(connection, same_key)
            if not found:
                raise
            return found[0]

    def due(self, now: datetime, limit: int = 50) -> list[Letter]:
        """Letters that may be sent at `now` and that nobody else is sending, the longest waiting
        first.
        """
        with self._database.read() as connection:
            return _find(connection, *_free(now), limit=limit)

    def claim(self, letter_id: str, seconds: float) -> Letter | None:
        """Takes the letter for `seconds`; None if it is not due or another process has it. Counts
        an attempt.
        """
        now = self._clock()
        with self._database.write() as connection:
            claimed = connection.execute(
                update(letters)
                .where(letters.c.id == letter_id, *_free(now))
                .values(
                    claimed_until=now + timedelta(seconds=seconds), attempts=letters.c.attempts + 1
                )
            ).rowcount
        return self.get(letter_id) if claimed else None

    def hold(self, letter: Letter, until: datetime) -> Letter:
        """Leave the letter until then; that is no attempt. Nothing changes if it is being sent."""
        with self._database.write() as connection:
            connection.execute(
                update(letters)
                .where(letters.c.id == letter.id, *_free(self._clock()))
                .values(next_at=until)
            )
        return self.get(letter.id)

    def sent(self, letter: Letter) -> Letter:
        """The letter has gone out; true even if the claim ran out meanwhile."""
        return self._close(letter, state="sent", sent_at=self._clock(), last_error=None)

    def failed(self, letter: Letter, error: str, next_at: datetime) -> Letter:
        """This attempt failed; try again at `next_at`. Nothing changes if another sender has it by
        now.

        `error` is shown to the owner: no secrets, no addresses.
        """
        return self._close(
            letter, letters.c.attempts == letter.attempts, last_error=error, next_at=next_at
        )

    def give_up(self, letter: Letter, error: str) -> Letter:
        """No further attempts; the letter is shown as undelivered. Nothing changes if another
        sender has it.
        """
        return self._close(
            letter, letters.c.attempts == letter.attempts, state="given_up", last_error=error
        )

    def get(self, letter_id: str) -> Letter:
        """Raises NoSuchEntry."""
        with self._database.read() as connection:
            found = _find(connection, letters.c.id == letter_id)
        if not found:
            raise NoSuchEntry("letter", letter_id)
        return found[0]

    def find(self, key: str) -> Letter | None:
        """The letter that was put in with this key."""
        with self._database.read() as connection:
            return next(iter(_find(connection, letters.c.key == key)), None)

    def told(
        self, target: str, events: Collection[str], account: str | None = None, *, limit: int = 100
    ) -> list[Letter]:
        """The last letters to a target with these events, newest first, whatever became of them.

        `account` None: about any.
        """
        query = (
            select(letters)
            .where(letters.c.target == target, letters.c.event.in_(events))
            .order_by(letters.c.created_at.desc(), letters.c.id.desc())
            .limit(limit)
        )
        if account is not None:
            query = query.where(letters.c.account == account)
        with self._database.read() as connection:
            return [Letter(**row._mapping) for row in connection.execute(query)]

    def list(
        self, states: Collection[str] = ("waiting", "given_up"), *, limit: int = 100
    ) -> list[Letter]:
        """Letters in these states, oldest first; by default those that were not delivered. None that
        was put away.
        """
        shown = letters.c.put_away_at.is_(None)
        with self._database.read() as connection:
            return _find(connection, letters.c.state.in_(states), shown, limit=limit)

    def again(self, letter: Letter, *, by: str) -> Letter:
        """Sends a letter at once that was not delivered: one that was given up goes out as a new one,
        and is put away. Nothing changes for one that is on its way, or has arrived.
        """
        if letter.state == "given_up":
            new = self.put(
                f"{letter.key}/again", letter.event, target=letter.target,
                payload=letter.payload, account=letter.account, line=letter.line,
                run_id=letter.run_id,
            )  # fmt: skip
            self.put_away(letter, by=by)
            return new
        unclaimed = or_(letters.c.claimed_until.is_(None), letters.c.claimed_until <= self._clock())
        return self._close(letter, unclaimed, next_at=self._clock())

    def put_away(self, letter: Letter, *, by: str) -> bool:
        """Shows a letter that was given up, or failed and is not being sent just now, no longer among the
        undelivered; there are no further attempts. Tells whether it was shown.
        """
        now = self._clock()
        free = or_(letters.c.claimed_until.is_(None), letters.c.claimed_until <= now)
        failed = and_(letters.c.state == "waiting", letters.c.last_error.is_not(None), free)
        with self._database.write() as connection:
            changed = connection.execute(
                update(letters)
                .where(
                    letters.c.id == letter.id,
                    or_(letters.c.state == "given_up", failed),
                    letters.c.put_away_at.is_(None),
                )
                .values(state="given_up", claimed_until=None, put_away_at=now, put_away_by=by)
            ).rowcount
        return bool(changed)

    def _close(self, letter: Letter, *where: ColumnElement[bool], **changes: Any) -> Letter:
        with self._database.write() as connection:
            connection.execute(
                update(letters)
                .where(letters.c.id == letter.id, letters.c.state == "waiting", *where)
                .values(claimed_until=None, **changes)
            )
        return self.get(letter.id)


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        letters.c.state == "waiting",
        letters.c.next_at <= now,
        or_(letters.c.claimed_until.is_(None), letters.c.claimed_until <= now),
    )


def _find(
    connection: Connection, *where: ColumnElement[bool], limit: int | None = None
) -> list[Letter]:
    query = select(letters).where(*where).order_by(letters.c.next_at, letters.c.id).limit(limit)
    return [Letter(**row._mapping) for row in connection.execute(query)]
