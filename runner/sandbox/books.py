"""The sandbox's own books: one SQLite file that servers and control functions share.

A portal's truth is here and nowhere else. What a portal charged can be held against what the
program believes, and a portal can be steered while it serves, or before.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Self

from runner.sandbox import derive, store

SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (portal TEXT, key TEXT, value TEXT, PRIMARY KEY (portal, key));
CREATE TABLE IF NOT EXISTS charges (
  id INTEGER PRIMARY KEY AUTOINCREMENT, portal TEXT, account TEXT, line TEXT, product TEXT,
  amount TEXT, currency TEXT, at TEXT, reference TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, portal TEXT, recipient TEXT, at TEXT, until TEXT,
  read INTEGER DEFAULT 0, spent INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS tickets (
  hash TEXT PRIMARY KEY, portal TEXT, kind TEXT, data TEXT, until TEXT);
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, portal TEXT, kind TEXT, at TEXT, detail TEXT);
CREATE TABLE IF NOT EXISTS faults (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, options TEXT,
  seen INTEGER DEFAULT 0, hits INTEGER DEFAULT 0);
"""
TABLES = ("facts", "charges", "messages", "tickets", "events", "faults")

Clock = Callable[[], datetime]


class Message(NamedTuple):
    """A text message that carries a code. The code itself is derived from `id`."""

    id: int
    recipient: str
    at: datetime
    until: datetime
    spent: bool


def utc_now() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


class Books:
    """One connection to the books of a home; to be used in one thread."""

    def __init__(self, home: Path, clock: Clock = utc_now) -> None:
        self.home = Path(home)
        self.seed = derive.seed(self.home)
        self._clock = clock
        path = store.folder(self.home) / "books.sqlite"
        if not path.exists():
            with store.locked(self.home, "books"):
                _create(path)
        self._db = _connect(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and one writer at a time. May be nested."""
        if self._db.in_transaction:
            yield self._db
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """What a SELECT finds."""
        return self._db.execute(query, values).fetchall()

    def empty(self) -> None:
        """Forget everything. Counters go on, so that no old code becomes valid again."""
        with self.writing() as db:
            for table in TABLES:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the list above

    # facts -------------------------------------------------------------------------------------

    def get(self, portal: str, key: str, default: Any = None) -> Any:
        """A portal's fact."""
        found = self.rows("SELECT value FROM facts WHERE portal = ? AND key = ?", portal, key)
        return json.loads(found[0]["value"]) if found else default

    def put(self, portal: str, **facts: Any) -> None:
        """Set facts of a portal, all at once."""
        with self.writing() as db:
            for key, value in facts.items():
                db.execute(
                    "INSERT INTO facts VALUES (?, ?, ?)"
                    " ON CONFLICT (portal, key) DO UPDATE SET value = excluded.value",
                    (portal, key, json.dumps(value, ensure_ascii=False)),
                )

    def now(self, portal: str) -> datetime:
        """The time at this portal, in UTC: the machine's, shifted as its `now` was set."""
        return self._clock() + timedelta(seconds=self.get(portal, "clock_shift", 0))

    def set_now(self, portal: str, moment: datetime | None) -> None:
        """Let the portal's clock run on from this moment; None: from the real one."""
        shift = (moment - self._clock()).total_seconds() if moment else 0
        self.put(portal, clock_shift=shift)

    # tickets: sessions, one-way tokens, trusted browsers ------------------------------------------

    def issue(self, portal: str, kind: str, data: Any, life: timedelta) -> str:
        """A new random ticket. Only its digest is kept."""
        token = secrets.token_urlsafe(24)
        until = self.now(portal) + life
        with self.writing() as db:
            over = self.now(portal) - timedelta(days=1)
            db.execute(
                "DELETE FROM tickets WHERE portal = ? AND until < ?", (portal, over.isoformat())
            )
            db.execute(
                "INSERT INTO tickets VALUES (?, ?, ?, ?, ?)",
                (_digest(token), portal, kind, json.dumps(data), until.isoformat()),
            )
        return token

    def look(self, portal: str, kind: str, token: str | None) -> Any:
        """What a live ticket stands for; None if there is no such ticket."""
        found = self.rows(
            "SELECT data, until FROM tickets WHERE hash = ? AND portal = ? AND kind = ?",
            _digest(token or ""),
            portal,
            kind,
        )
        if not found or datetime.fromisoformat(found[0]["until"]) <= self.now(portal):
            return None
        return json.loads(found[0]["data"])

    def change(self, portal: str, kind: str, token: str, data: Any, life: timedelta) -> None:
        """Give a ticket new data and a new life."""
        until = (self.now(portal) + life).isoformat()
        with self.writing() as db:
            db.execute(
                "UPDATE tickets SET data = ?, until = ? WHERE hash = ? AND portal = ? AND kind = ?",
                (json.dumps(data), until, _digest(token), portal, kind),
            )

    def take(self, portal: str, kind: str, token: str | None) -> Any:
        """Use a ticket up; None if it is unknown, over, or was used before."""
        with self.writing() as db:
            data = self.look(portal, kind, token)
            gone = db.execute(
                "DELETE FROM tickets WHERE hash = ? AND portal = ? AND kind = ?",
                (_digest(token or ""), portal, kind),
            )
            return data if gone.rowcount == 1 else None

    def void(self, portal: str, *kinds: str) -> None:
        """End all tickets of these kinds."""
        with self.writing() as db:
            for kind in kinds:
                db.execute("DELETE FROM tickets WHERE portal = ? AND kind = ?", (portal, kind))

    # what happened -------------------------------------------------------------------------------

    def note(self, portal: str, kind: str, detail: str = "") -> None:
        """Remember that something happened at a portal: a sign-in, a wrong password, an order."""
        with self.writing() as db:
            db.execute(
                "INSERT INTO events (portal, kind, at, detail) VALUES (?, ?, ?, ?)",
                (portal, kind, self.now(portal).isoformat(), detail),
            )

    def send(self, portal: str, recipient: str, life: timedelta) -> Message:
        """Send a code to a phone. Earlier ones are no longer good."""
        now = self.now(portal)
        with self.writing() as db:
            db.execute("UPDATE messages SET spent = 1 WHERE portal = ?", (portal,))
            made = db.execute(
                "INSERT INTO messages (portal, recipient, at, until) VALUES (?, ?, ?, ?)",
                (portal, recipient, now.isoformat(), (now + life).isoformat()),
            )
            self.note(portal, "code_sent")
        return Message(made.lastrowid or 0, recipient, now, now + life, False)

    def last_message(self, portal: str, unread: bool = False) -> Message | None:
        """The newest message of a portal."""
        which = "AND read = 0 " if unread else ""
        query = f"SELECT * FROM messages WHERE portal = ? {which}ORDER BY id DESC LIMIT 1"  # noqa: S608 - no value in it
        for row in self.rows(query, portal):
            return Message(
                row["id"],
                row["recipient"],
                datetime.fromisoformat(row["at"]),
                datetime.fromisoformat(row["until"]),
                bool(row["spent"]),
            )
        return None

    def mark(self, portal: str, column: str, upto: int) -> None:
        """Mark all messages up to this one as `read` or `spent`."""
        with self.writing() as db:
            db.execute(
                f"UPDATE messages SET {column} = 1 WHERE portal = ? AND id <= ?",  # noqa: S608 - two words of ours
                (portal, upto),
            )

    def charge(
        self, portal: str, account: str, line: str, product: str, amount: str, currency: str
    ) -> str:
        """Book a charge, and give its reference number."""
        now = self.now(portal)
        with self.writing() as db:
            made = db.execute(
                "INSERT INTO charges (portal, account, line, product, amount, currency, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (portal, account, line, product, amount, currency, now.isoformat()),
            )
            reference = f"{now:%Y%m%d}{made.lastrowid:06d}"
            db.execute("UPDATE charges SET reference = ? WHERE id = ?", (reference, made.lastrowid))
        return reference


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=10, isolation_level=None)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def _create(path: Path) -> None:
    if path.exists():
        return
    # SQLite gives its side files (-wal, -shm) the mode of the main file, so that comes first; the
    # file takes its place only when it is whole, since other processes look for it.
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT, 0o600))
    db = _connect(draft)
    db.execute("PRAGMA journal_mode = WAL")
    db.executescript(SCHEMA)
    db.close()
    draft.replace(path)
