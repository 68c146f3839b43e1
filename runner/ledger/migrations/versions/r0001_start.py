"""The first tables: runs, readings, renewals with their moves, letters, leases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_OUTCOMES = (
    "'read_only', 'nothing_due', 'renewed', 'renewal_pending', 'awaiting_payment', 'needs_you', "
    "'rejected', 'declined', 'too_expensive', 'payment_unknown', 'maintenance', 'changed', "
    "'unreachable', 'busy', 'failed'"
)
_LEGAL = {
    "planned": ("approved", "aborted"),
    "approved": ("committing", "aborted"),
    "committing": ("confirmed", "awaiting_payment", "declined", "aborted", "unknown"),
    "confirmed": ("verified", "renewal_pending", "unknown"),
    "renewal_pending": ("verified", "unknown"),
    "awaiting_payment": ("confirmed", "aborted", "unknown"),
    "unknown": ("charged", "not_charged", "awaiting_payment"),
    "charged": ("verified",),
}
_LIVE = sa.text("NOT (state IN ('aborted', 'declined', 'not_charged'))")
_BLOCKING = sa.text(
    "state IN ('awaiting_payment', 'committing', 'confirmed', 'renewal_pending', 'unknown')"
)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _make_runs()
    _make_readings()
    _make_moves()
    _make_renewals()
    _make_letters()
    _make_leases()


def _make_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("flow", sa.Text, nullable=False),
        sa.Column("trigger", sa.Text, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("deadline_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("outcome", sa.Text),
        sa.Column("message", sa.Text),
        sa.Column("evidence", sa.Text),
        sa.Column("seconds", sa.Float),
        sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("read_only", sa.Boolean, nullable=False),
        sa.Column("traced", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.CheckConstraint(f"outcome IN ({_OUTCOMES})", name="ck_runs_outcome"),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ck_runs_ended"),
    )
    op.create_index("ix_runs_account", "runs", ["account", "started_at"])


def _make_readings() -> None:
    op.create_table(
        "readings",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("amount", sa.Text),
        sa.Column("currency", sa.Text),
        sa.Column("expires_on", sa.Date),
        sa.Column("days_left", sa.Integer),
        sa.Column("data_left_bytes", sa.BigInteger),
        sa.Column("data_unlimited", sa.Boolean, nullable=False),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("latest", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="ck_readings_balance"),
        sa.CheckConstraint(
            "data_left_bytes IS NULL OR NOT data_unlimited", name="ck_readings_data"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_readings_run_id"),
    )
    op.create_index("ix_readings_line", "readings", ["account", "line", "at"])
    op.create_index("ix_readings_run", "readings", ["run_id"])
    op.create_index(
        "uq_readings_latest",
        "readings",
        ["account", "line"],
        unique=True,
        sqlite_where=sa.text("latest"),
        postgresql_where=sa.text("latest"),
    )


def _make_moves() -> None:
    legal = op.create_table(
        "legal_moves",
        sa.Column("from_state", sa.Text, nullable=False),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("from_state", "to_state", name="pk_legal_moves"),
    )
    op.bulk_insert(
        legal,
        [
            {"from_state": before, "to_state": after}
            for before, afters in _LEGAL.items()
            for after in afters
        ],
    )
    op.create_table(
        "renewal_moves",
        sa.Column("renewal_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("from_state", sa.Text),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text),
        sa.Column("run_id", sa.Text),
        sa.Column("amount", sa.Text),
        sa.Column("currency", sa.Text),
        sa.Column("is_last", sa.Boolean, nullable=False),
        sa.Column("previous_number", sa.Integer),
        sa.Column("previous_is_last", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("renewal_id", "number", name="pk_renewal_moves"),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="ck_renewal_moves_price"),
        sa.CheckConstraint("reason <> ''", name="ck_renewal_moves_reason"),
        sa.CheckConstraint("NOT previous_is_last", name="ck_renewal_moves_chain"),
        sa.CheckConstraint(
            "(number = 1 AND previous_number IS NULL AND from_state IS NULL"
            " AND to_state = 'planned')"
            " OR (number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1"
            " AND from_state IS NOT NULL)",
            name="ck_renewal_moves_start",
        ),
        sa.UniqueConstraint(
            "renewal_id", "number", "to_state", "is_last", name="uq_renewal_moves_state"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_renewal_moves_run_id"),
        sa.ForeignKeyConstraint(
            ["from_state", "to_state"],
            ["legal_moves.from_state", "legal_moves.to_state"],
            name="fk_renewal_moves_legal",
        ),
        sa.ForeignKeyConstraint(
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


def _make_renewals() -> None:
    op.create_table(
        "renewals",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("cycle", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("amount", sa.Text),
        sa.Column("currency", sa.Text),
        sa.Column("reference", sa.Text),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("committed_at", _MOMENT),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("last_move", sa.Integer, nullable=False),
        sa.Column("last_is_last", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_renewals"),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="ck_renewals_price"),
        sa.CheckConstraint("last_is_last", name="ck_renewals_last"),
        sa.CheckConstraint(
            "state IN ('planned', 'approved', 'aborted')"
            " OR (amount IS NOT NULL AND committed_at IS NOT NULL)",
            name="ck_renewals_committed",
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_renewals_run_id"),
        sa.ForeignKeyConstraint(
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
    op.create_index(
        "uq_renewals_cycle",
        "renewals",
        ["account", "line", "cycle"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
    op.create_index(
        "uq_renewals_unproven",
        "renewals",
        ["account", "line"],
        unique=True,
        sqlite_where=_BLOCKING,
        postgresql_where=_BLOCKING,
    )
    op.create_index("ix_renewals_line", "renewals", ["account", "line", "created_at"])
    op.create_index("ix_renewals_spent", "renewals", ["currency", "committed_at"])


def _make_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("line", sa.Text),
        sa.Column("run_id", sa.Text),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("claimed_until", _MOMENT),
        sa.Column("last_error", sa.Text),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("sent_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.UniqueConstraint("key", name="uq_letters_key"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'given_up')", name="ck_letters_state"),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="ck_letters_sent"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_letters_run_id"),
    )
    op.create_index(
        "ix_letters_waiting",
        "letters",
        ["next_at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _make_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("acquired_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("boot", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("process_start", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_leases"),
    )
