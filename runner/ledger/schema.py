"""Keeps the stored schema in step with the program. Alembic is imported only when there is work for
it.
"""

from __future__ import annotations

from sqlalchemy import Connection, column, inspect, select, table

from runner.ledger.engine import Database
from runner.ledger.errors import LedgerError, LedgerTooNew

HEAD = "0008"
"""The newest revision in `migrations/versions/`. Revisions are numbers of four digits and sort as
text.
"""

_version = table("alembic_version", column("version_num"))


def bring_up_to_date(database: Database) -> None:
    """Creates or migrates the tables. Raises LedgerTooNew if a newer program wrote them."""
    with database.read() as connection:
        stored = stored_revision(connection)
    if stored == HEAD:
        return
    if stored is not None and stored > HEAD:
        raise LedgerTooNew(
            f"The ledger {database.place} has schema {stored}; this version knows up to {HEAD}.",
            "Install the newer version of kigen that wrote it, or open another ledger.",
        )
    from runner.ledger.migrations import upgrade

    try:
        with database.write() as connection:
            upgrade(connection)
    except LedgerError:
        # Another process that started at the same moment may have been quicker.
        with database.read() as connection:
            if stored_revision(connection) != HEAD:
                raise


def stored_revision(connection: Connection) -> str | None:
    """The schema revision of the database, None for an empty one."""
    if not inspect(connection).has_table(_version.name):
        return None
    revision = connection.execute(select(_version.c.version_num)).scalar()
    return None if revision is None else str(revision)
