"""The tables, as the program sees them. `indexes` completes them, `migrations/` makes them.

One rule about renewals is kept here by foreign keys, checked when the transaction is committed, so
that no program error can break it: a renewal's history is a chain. Each move starts in the state in
which the one before it ended, follows a legal move, and takes `is_last` away from that one. The
renewal itself points at its last move and carries the same state.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from runner.ledger.columns import Amount, UtcTime
from runner.ledger.records import OUTCOMES


def among(column: str, words: Iterable[str]) -> str:
    """The condition that the column holds one of these fixed words."""
    quoted = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({quoted})"


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("deadline_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("outcome", Text),
    Column("message", Text),
    Column("evidence", Text),
    Column("seconds", Float),
    Column("dry_run", Boolean, nullable=False),
    Column("read_only", Boolean, nullable=False),
    Column("traced", Boolean, nullable=False),
    CheckConstraint(among("outcome", OUTCOMES), name="outcome"),
    CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended"),
)

readings = Table(
    "readings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.id"), nullable=False),
    Column("account", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("amount", Amount),
    Column("currency", Text),
    Column("expires_on", Date),
    Column("days_left", Integer),
    Column("data_left_bytes", BigInteger),
    Column("data_unlimited", Boolean, nullable=False),
    Column("values", JSON, nullable=False),
    Column("latest", Boolean, nullable=False),
    CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="balance"),
    CheckConstraint("data_left_bytes IS NULL OR NOT data_unlimited", name="data"),
)

legal_moves = Table(
    "legal_moves",
    metadata,
    Column("from_state", Text, primary_key=True),
    Column("to_state", Text, primary_key=True),
)

renewal_moves = Table(
    "renewal_moves",
    metadata,
    Column("renewal_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", Text),
    Column("run_id", Text, ForeignKey("runs.id")),
    Column("amount", Amount),
    Column("currency", Text),
    Column("is_last", Boolean, nullable=False),
    Column("previous_number", Integer),
    Column("previous_is_last", Boolean, nullable=False),
    CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="price"),
    CheckConstraint("reason <> ''", name="reason"),
    CheckConstraint("NOT previous_is_last", name="chain"),
    CheckConstraint(
        "(number = 1 AND previous_number IS NULL AND from_state IS NULL AND to_state = 'planned')"
        " OR (number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1"
        " AND from_state IS NOT NULL)",
        name="start",
    ),
    UniqueConstraint("renewal_id", "number", "to_state", "is_last", name="uq_renewal_moves_state"),
    ForeignKeyConstraint(
        ["from_state", "to_state"],
        ["legal_moves.from_state", "legal_moves.to_state"],
        name="fk_renewal_moves_legal",
    ),
    ForeignKeyConstraint(
        ["renewal_id", "previous_number", "from_state", "previous_is_last"],
        [
            "renewal_moves.renewal_id",
            "renewal_moves.number",
            "renewal_moves.to_state",
            "renewal_moves.is_last",
        ],
        name="fk_renewal_moves_previous",
        deferrable=True,
        initially="DEFERRED",
    ),
)

renewals = Table(
    "renewals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("run_id", Text, ForeignKey("runs.id"), nullable=False),
    Column("account", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("cycle", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("amount", Amount),
    Column("currency", Text),
    Column("reference", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("committed_at", UtcTime),
    Column("details", JSON, nullable=False),
    Column("last_move", Integer, nullable=False),
    Column("last_is_last", Boolean, nullable=False),
    Column("next_at", UtcTime),
    Column("receipts", JSON(none_as_null=True)),
    CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="price"),
    CheckConstraint("last_is_last", name="last"),
    CheckConstraint(
        "state IN ('planned', 'approved', 'aborted')"
        " OR (amount IS NOT NULL AND committed_at IS NOT NULL)",
        name="committed",
    ),
    ForeignKeyConstraint(
        ["id", "last_move", "state", "last_is_last"],
        [
            "renewal_moves.renewal_id",
            "renewal_moves.number",
            "renewal_moves.to_state",
            "renewal_moves.is_last",
        ],
        name="fk_renewals_last_move",
        deferrable=True,
        initially="DEFERRED",
    ),
)

letters = Table(
    "letters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("event", Text, nullable=False),
    Column("account", Text),
    Column("line", Text),
    Column("run_id", Text, ForeignKey("runs.id")),
    Column("target", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcTime, nullable=False),
    Column("claimed_until", UtcTime),
    Column("last_error", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    CheckConstraint(among("state", ("waiting", "sent", "given_up")), name="state"),
    CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
)

leases = Table(
    "leases",
    metadata,
    Column("account", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("acquired_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("host", Text, nullable=False),
    Column("boot", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("process_start", Text, nullable=False),
)
