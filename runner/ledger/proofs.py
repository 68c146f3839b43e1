"""Proofs: which version of a flow has played well on its live portal, and how far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from runner.ledger.engine import Database
from runner.ledger.records import Proof
from runner.ledger.tables import proofs


class Proofs:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def add(self, flow: str, digest: str, reach: str, run_id: str) -> None:
        """Note that this version of a flow was played well on its live portal, now.

        `digest` names the version, `reach` how far it came: `read` or `renewed`. Of several such
        runs the last one is kept.
        """
        with self._database.write() as connection:
            if _touch(connection, flow, digest, reach, run_id, self._clock()):
                return
            connection.execute(
                insert(proofs).values(
                    flow=flow, digest=digest, reach=reach, at=self._clock(), run_id=run_id
                )
            )

    def list(self, flow: str | None = None) -> list[Proof]:
        """Newest first."""
        query = select(proofs).order_by(proofs.c.at.desc(), proofs.c.reach.desc())
        if flow is not None:
            query = query.where(proofs.c.flow == flow)
        with self._database.read() as connection:
            return [
                Proof(row.flow, row.digest, row.reach, row.at, row.run_id)
                for row in connection.execute(query)
            ]


def _touch(
    connection: Connection, flow: str, digest: str, reach: str, run_id: str, at: datetime
) -> bool:
    """Whether there was such a proof already, which is now of this moment."""
    same = (proofs.c.flow == flow, proofs.c.digest == digest, proofs.c.reach == reach)
    done = connection.execute(update(proofs).where(*same).values(at=at, run_id=run_id))
    return bool(done.rowcount)
