"""A ledger for each test: a new file, or a new database on a PostgreSQL server.

KIGEN_TEST_POSTGRESQL names the server, as in postgresql+psycopg://user@host/postgres. With it, all
tests run there that do not speak of files.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from runner.ledger.ledger import Ledger
from runner.ledger.records import Run


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "kigen.db"


@pytest.fixture
def where(path: Path) -> Iterator[str]:
    server = os.environ.get("KIGEN_TEST_POSTGRESQL")
    if server is None:
        yield str(path)
        return
    name = f"kigen_test_{secrets.token_hex(6)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture
def ledger(where: str, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(where, clock=clock) as ledger:
        yield ledger


@pytest.fixture
def run(ledger: Ledger, clock: Clock) -> Run:
    return ledger.runs.start(
        "docomo", "docomo", trigger="due", deadline_at=clock() + timedelta(minutes=10)
    )
