"""One database: transactions, and its errors in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError

from runner.ledger import sqlite
from runner.ledger.errors import LedgerError, Refused


class Database:
    """Hands out transactions. Safe to share between threads; not across a fork."""

    def __init__(self, engine: Engine, place: str, writer: Engine | None = None) -> None:
        self.place = place
        self._engine = engine
        self._writer = writer or engine

    @classmethod
    def open(cls, where: Path | str, busy_seconds: float) -> Database:
        """`where`: a file, or a URL such as `postgresql+psycopg://host/kigen`.

        `busy_seconds`: how long to wait for another process that is writing to the same file.
        Raises LedgerError.
        """
        if isinstance(where, Path) or "://" not in where:
            return cls._open_file(Path(where), busy_seconds)
        try:
            url = make_url(where)
            if url.get_backend_name() == "sqlite" and url.database:
                return cls._open_file(Path(url.database), busy_seconds)
            place = url.render_as_string(hide_password=True)
            return cls(create_engine(url, hide_parameters=True), place)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            # The text of the address stays out of the message: it may hold a password.
            raise LedgerError(
                f"The address of the ledger is not understood ({type(error).__name__}).",
                "Write a file path, or postgresql+psycopg://HOST/NAME with the driver installed.",
            ) from None

    @classmethod
    def _open_file(cls, path: Path, busy_seconds: float) -> Database:
        engine = sqlite.open_file(path, busy_seconds)
        return cls(engine, str(path), sqlite.writer(engine))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing."""
        with self._in_plain_words(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block has ended, or has not happened.

        Raises Refused when a constraint would be broken.
        """
        with self._in_plain_words(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _in_plain_words(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            raise Refused(
                f"The ledger {self.place} refused an entry that contradicts what it holds.",
                "Nothing was changed. Look at what it holds, then try again.",
            ) from error
        except DBAPIError as error:
            raise sqlite.explain(error.orig, self.place) or LedgerError(
                f"The ledger {self.place} cannot be used: {type(error.orig).__name__}.",
                "Check that the database server is up and that its address is right.",
            ) from error
