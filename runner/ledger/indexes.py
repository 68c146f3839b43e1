"""The indexes of the tables, among them the two that keep a line from being paid twice.

- `uq_renewals_cycle`: one renewal per cycle that is under way or has spent.
- `uq_renewals_unproven`: one renewal per line that may have spent without proof.
- `uq_pauses_open`, `uq_wishes_open`: one pause per line, one wish per account, that is not over.

They stand apart from `tables` because the program never asks for them by name, and because naming
PostgreSQL makes SQLAlchemy load its dialect: a delay that every start would pay. `migrations/`
makes them; a test holds all three together.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, text

from runner.ledger.states import BLOCKING, RELEASED
from runner.ledger.tables import (
    among,
    letters,
    line_ends,
    pauses,
    readings,
    renewals,
    runs,
    wishes,
)


def _partial(name: str, *columns: Column[Any], where: str, unique: bool) -> None:
    """An index on the rows that fulfil `where`. SQLAlchemy wants that told for each database."""
    Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


Index("ix_runs_account", runs.c.account, runs.c.started_at)
Index("ix_runs_counted", runs.c.account, runs.c.flow, runs.c.outcome, runs.c.seconds)
Index("ix_readings_line", readings.c.account, readings.c.line, readings.c.at)
Index("ix_readings_run", readings.c.run_id)
_partial("uq_readings_latest", readings.c.account, readings.c.line, where="latest", unique=True)
_partial("uq_line_ends_latest", line_ends.c.account, line_ends.c.line, where="latest", unique=True)
Index("ix_renewals_line", renewals.c.account, renewals.c.line, renewals.c.created_at)
Index("ix_renewals_spent", renewals.c.currency, renewals.c.committed_at)
_partial(
    "uq_renewals_cycle",
    renewals.c.account,
    renewals.c.line,
    renewals.c.cycle,
    where=f"NOT ({among('state', sorted(RELEASED))})",
    unique=True,
)
_partial(
    "uq_renewals_unproven",
    renewals.c.account,
    renewals.c.line,
    where=among("state", sorted(BLOCKING)),
    unique=True,
)
_partial("ix_renewals_next", renewals.c.next_at, where="next_at IS NOT NULL", unique=False)
Index("ix_letters_state", letters.c.state, letters.c.next_at)
_partial("ix_letters_waiting", letters.c.next_at, where="state = 'waiting'", unique=False)
_partial("uq_pauses_open", pauses.c.account, pauses.c.line, where="ended_at IS NULL", unique=True)
_partial("uq_wishes_open", wishes.c.account, where="run_id IS NULL", unique=True)
