"""The steps in `migrations/` end where `tables.py` and `indexes.py` begin."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import runner.ledger.indexes  # noqa: F401 - completes the tables' metadata
from runner.ledger.ledger import Ledger
from runner.ledger.migrations import alembic_config
from runner.ledger.schema import HEAD
from runner.ledger.states import LEGAL
from runner.ledger.tables import legal_moves, metadata


def _schema(path: Path) -> dict[str, list[str]]:
    """The words of every table and index, its clauses in one order."""
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        words = {name: re.sub(r"\s+", " ", sql) for name, sql in found}
    words.pop("alembic_version", None)
    return {name: sorted(_clauses(sql)) for name, sql in words.items()}


def _clauses(sql: str) -> list[str]:
    """What a statement declares, piece by piece: steps may add to a table at its end."""
    head, _, body = sql.rpartition(")")[0].partition("(")
    return [head.strip(), *(piece.strip() for piece in re.split(r",(?![^(]*\))", body))]


def test_the_head_constant_is_the_last_step() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_revisions_are_numbers_that_sort_as_text() -> None:
    for step in ScriptDirectory.from_config(alembic_config()).walk_revisions():
        assert re.fullmatch(r"\d{4}", step.revision)


def test_migrated_and_declared_tables_are_the_same_word_for_word(
    path: Path, tmp_path: Path
) -> None:
    Ledger.open(path).close()
    declared = sa.create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    metadata.create_all(declared)
    declared.dispose()
    assert _schema(path) == _schema(tmp_path / "declared.db")


def test_alembic_finds_nothing_left_to_do(ledger: Ledger) -> None:
    with ledger._database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_database_holds_the_same_legal_moves_as_the_program(ledger: Ledger) -> None:
    with ledger._database.read() as connection:
        stored = {tuple(row) for row in connection.execute(sa.select(legal_moves))}
    assert stored == {(before.value, to.value) for before in LEGAL for to in LEGAL[before]}
