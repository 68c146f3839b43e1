"""All that is peculiar to SQLite: how a file is opened, locked and synced, and what its errors
mean.
"""

from __future__ import annotations

import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from runner.ledger.errors import LedgerError

_FOR_WRITING = "for_writing"
_CACHE = 512
"""KiB of pages that each connection keeps. The system keeps the file's pages as well; four times as much
makes no page of the dashboard quicker, and a daemon takes hours to fill it: it looks as if it leaked."""
_ADVICE = {
    sqlite3.SQLITE_FULL: ("The disk is full", "Free some space, then start again."),
    sqlite3.SQLITE_BUSY: (
        "Another process keeps it locked",
        "Wait for that process to finish; a copy or backup program may be holding it.",
    ),
    sqlite3.SQLITE_READONLY: (
        "It may not be written",
        "Give this user the right to write the file and its folder.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "It cannot be opened",
        "Check that the folder exists and that this user may write in it.",
    ),
    sqlite3.SQLITE_PERM: ("It may not be used", "Give this user the right to use the file."),
    sqlite3.SQLITE_NOTADB: (
        "It is not a ledger",
        "Check the path; move the file away if it is not needed.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "It is damaged",
        "Stop all runs and put the last backup in its place; keep the damaged file.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk reports an error",
        "Check the disk and its free space; a ledger belongs on a local disk.",
    ),
}


def open_file(path: Path, busy_seconds: float) -> Engine:
    """An engine on a file that only its owner may read. Makes the file and missing folders.

    Raises LedgerError.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # An existing file is not opened here: closing it again would drop SQLite's own locks on it.
        if not path.exists():
            path.touch(mode=0o600, exist_ok=True)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise LedgerError(
            f"The ledger {path} cannot be opened: {error.strerror}.",
            "Check that the folder exists and that this user may write in it.",
        ) from error
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        # The driver must not open transactions by itself: `_begin` does, with the right lock.
        connect_args={"isolation_level": None, "timeout": busy_seconds},
        hide_parameters=True,
    )
    event.listen(engine, "connect", partial(_prepare, busy_seconds=busy_seconds))
    event.listen(engine, "begin", _begin)
    return engine


def writer(engine: Engine) -> Engine:
    """The same engine, taking the write lock at the start of a transaction.

    A transaction that reads first and asks for the lock later can be refused halfway.
    """
    return engine.execution_options(**{_FOR_WRITING: True})


def explain(error: BaseException | None, place: str) -> LedgerError | None:
    """The error in plain words, or None if it is not SQLite's."""
    if not isinstance(error, sqlite3.Error):
        return None
    what, next = _ADVICE.get(
        _kind(error), (f"SQLite says: {error}", "Run again; keep a copy of the file.")
    )
    return LedgerError(f"The ledger {place} cannot be used. {what}.", next)


def _prepare(
    connection: sqlite3.Connection, entry: ConnectionPoolEntry, busy_seconds: float
) -> None:
    _use_log(connection, busy_seconds)
    # FULL syncs the log at each commit: what was committed survives a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")


def _use_log(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Turns the write-ahead log on. SQLite does not wait for others here, so this does."""
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _kind(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _kind(error: sqlite3.Error) -> int:
    """The low byte of SQLite's code; the rest is detail."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _begin(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_FOR_WRITING) else "BEGIN")
