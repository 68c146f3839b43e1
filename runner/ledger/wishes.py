"""Wishes: runs that somebody has asked for, kept until a run takes them, whatever dies in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from runner.ledger.engine import Database
from runner.ledger.errors import AlreadyAsked, NoSuchEntry, Refused
from runner.ledger.ids import new_id
from runner.ledger.records import Wish
from runner.ledger.tables import wishes

LIFE = timedelta(hours=12)
"""How long a wish waits to be begun: after that, nobody remembers what it was for."""


class Wishes:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def add(self, account: str, *, by: str, dry_run: bool = False) -> Wish:
        """Asks for a run of the account. Raises AlreadyAsked while another wish of it waits."""
        now = self._clock()
        wish = Wish(new_id(now), account, dry_run, now, now + LIFE, by)
        mine = (wishes.c.account == account, wishes.c.run_id.is_(None))
        try:
            with self._database.write() as connection:
                connection.execute(delete(wishes).where(*mine, wishes.c.until <= now))
                if connection.execute(select(wishes.c.id).where(*mine)).first() is not None:
                    raise AlreadyAsked(account)
                connection.execute(
                    insert(wishes).values(
                        id=wish.id, account=account, dry_run=dry_run, asked_at=now,
                        until=wish.until, by=by,
                    )
                )  # fmt: skip
        except Refused:  # another process was quicker between the look and the entry
            raise AlreadyAsked(account) from None
        return wish

    def open(self) -> Mapping[str, Wish]:
        """The wishes that no run has taken yet, by their accounts."""
        query = select(wishes).where(wishes.c.run_id.is_(None), wishes.c.until > self._clock())
        with self._database.read() as connection:
            found = [Wish(**row._mapping) for row in connection.execute(query)]
        return {wish.account: wish for wish in found}

    def get(self, wish_id: str) -> Wish:
        """Raises NoSuchEntry."""
        query = select(wishes).where(wishes.c.id == wish_id)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NoSuchEntry("wish", wish_id)
        return Wish(**row._mapping)


def take(connection: Connection, wish_id: str, run_id: str) -> None:
    """The run takes the wish, in the transaction in which it begins: so none is lost between the two,
    and none is played twice.
    """
    open_ = (wishes.c.id == wish_id, wishes.c.run_id.is_(None))
    connection.execute(update(wishes).where(*open_).values(run_id=run_id))
