"""Histories that can't be forged: a chain of moves, kept by foreign keys.

Each move starts in the state in which the one before it ended, follows a legal move, and takes
`is_last` away from that one. What the chain belongs to points at its last move and carries the same
state. All is checked when the transaction is committed, so that no program error can break it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from runner.ledger.columns import UtcTime


def chain(
    name: str, metadata: MetaData, *, of: str, legal: str, first: str, more: tuple[Any, ...] = ()
) -> Table:
    """The table `name` of the moves of what `of` identifies; `legal` names the table of legal moves,
    `first` is the state in which every chain begins.
    """
    return Table(
        name,
        metadata,
        Column(of, Text, primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("at", UtcTime, nullable=False),
        Column("from_state", Text),
        Column("to_state", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("is_last", Boolean, nullable=False),
        Column("previous_number", Integer),
        Column("previous_is_last", Boolean, nullable=False),
        *more,
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("NOT previous_is_last", name="chain"),
        CheckConstraint(
            "(number = 1 AND previous_number IS NULL AND from_state IS NULL"
            f" AND to_state = '{first}')"
            " OR (number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1"
            " AND from_state IS NOT NULL)",
            name="start",
        ),
        UniqueConstraint(of, "number", "to_state", "is_last", name=f"uq_{name}_state"),
        ForeignKeyConstraint(
            ["from_state", "to_state"],
            [f"{legal}.from_state", f"{legal}.to_state"],
            name=f"fk_{name}_legal",
        ),
        ForeignKeyConstraint(
            [of, "previous_number", "from_state", "previous_is_last"],
            [f"{name}.{column}" for column in (of, "number", "to_state", "is_last")],
            name=f"fk_{name}_previous",
            deferrable=True,
            initially="DEFERRED",
        ),
    )


def at_the_end_of(moves: str, *, of: str, owner: str) -> tuple[Any, ...]:
    """What `owner`, the table that has such a history, carries of its last move."""
    return (
        Column("state", Text, nullable=False),
        Column("last_move", Integer, nullable=False),
        Column("last_is_last", Boolean, nullable=False),
        CheckConstraint("last_is_last", name="last"),
        ForeignKeyConstraint(
            ["id", "last_move", "state", "last_is_last"],
            [f"{moves}.{column}" for column in (of, "number", "to_state", "is_last")],
            name=f"fk_{owner}_last_move",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
