"""The tables, as the program sees them. `indexes` completes them, `migrations/` makes them.

Renewals and vouchers have histories that the database itself keeps in order: see `chains`.
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
    Integer,
    MetaData,
    Table,
    Text,
)

from runner.ledger.chains import at_the_end_of, chain
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
    Column("closed_until", UtcTime),
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

line_ends = Table(
    "line_ends",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id"), primary_key=True),
    Column("line", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("message", Text),
    Column("latest", Boolean, nullable=False),
    CheckConstraint(among("outcome", OUTCOMES), name="outcome"),
)

legal_moves = Table(
    "legal_moves",
    metadata,
    Column("from_state", Text, primary_key=True),
    Column("to_state", Text, primary_key=True),
)

renewal_moves = chain(
    "renewal_moves",
    metadata,
    of="renewal_id",
    legal="legal_moves",
    first="planned",
    more=(
        Column("evidence", Text),
        Column("run_id", Text, ForeignKey("runs.id")),
        Column("amount", Amount),
        Column("currency", Text),
        CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="price"),
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
    Column("amount", Amount),
    Column("currency", Text),
    Column("reference", Text),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("committed_at", UtcTime),
    Column("details", JSON, nullable=False),
    Column("next_at", UtcTime),
    Column("receipts", JSON(none_as_null=True)),
    CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="price"),
    CheckConstraint(
        "state IN ('planned', 'approved', 'aborted')"
        " OR (amount IS NOT NULL AND committed_at IS NOT NULL)",
        name="committed",
    ),
    *at_the_end_of("renewal_moves", of="renewal_id", owner="renewals"),
)

legal_voucher_moves = Table(
    "legal_voucher_moves",
    metadata,
    Column("from_state", Text, primary_key=True),
    Column("to_state", Text, primary_key=True),
)

voucher_moves = chain(
    "voucher_moves",
    metadata,
    of="voucher_id",
    legal="legal_voucher_moves",
    first="free",
    more=(Column("renewal_id", Text, ForeignKey("renewals.id")),),
)

vouchers = Table(
    "vouchers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("currency", Text, nullable=False),
    Column("ending", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("renewal_id", Text, ForeignKey("renewals.id"), unique=True),
    Column("added_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    CheckConstraint("(state = 'free') = (renewal_id IS NULL)", name="free"),
    *at_the_end_of("voucher_moves", of="voucher_id", owner="vouchers"),
)

proofs = Table(
    "proofs",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("reach", Text, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("run_id", Text, ForeignKey("runs.id"), nullable=False),
    CheckConstraint(among("reach", ("read", "renewed")), name="reach"),
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
    Column("put_away_at", UtcTime),
    Column("put_away_by", Text),
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

pauses = Table(
    "pauses",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime),
    Column("by", Text, nullable=False),
    Column("ended_at", UtcTime),
    Column("ended_by", Text),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
)

wishes = Table(
    "wishes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("run_id", Text, ForeignKey("runs.id")),
)
