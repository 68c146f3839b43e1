"""Vouchers in stock, with their moves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_LEGAL = {"free": ("reserved",), "reserved": ("free", "spoiled", "used")}
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    legal = op.create_table(
        "legal_voucher_moves",
        sa.Column("from_state", sa.Text, nullable=False),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("from_state", "to_state", name="pk_legal_voucher_moves"),
    )
    op.bulk_insert(
        legal,
        [
            {"from_state": before, "to_state": after}
            for before, afters in _LEGAL.items()
            for after in afters
        ],
    )
    _make_moves()
    _make_vouchers()


def _make_moves() -> None:
    op.create_table(
        "voucher_moves",
        sa.Column("voucher_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("from_state", sa.Text),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("is_last", sa.Boolean, nullable=False),
        sa.Column("previous_number", sa.Integer),
        sa.Column("previous_is_last", sa.Boolean, nullable=False),
        sa.Column("renewal_id", sa.Text),
        sa.PrimaryKeyConstraint("voucher_id", "number", name="pk_voucher_moves"),
        sa.CheckConstraint("reason <> ''", name="ck_voucher_moves_reason"),
        sa.CheckConstraint("NOT previous_is_last", name="ck_voucher_moves_chain"),
        sa.CheckConstraint(
            "(number = 1 AND previous_number IS NULL AND from_state IS NULL"
            " AND to_state = 'free')"
            " OR (number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1"
            " AND from_state IS NOT NULL)",
            name="ck_voucher_moves_start",
        ),
        sa.UniqueConstraint(
            "voucher_id", "number", "to_state", "is_last", name="uq_voucher_moves_state"
        ),
        sa.ForeignKeyConstraint(
            ["renewal_id"], ["renewals.id"], name="fk_voucher_moves_renewal_id"
        ),
        sa.ForeignKeyConstraint(
            ["from_state", "to_state"],
            ["legal_voucher_moves.from_state", "legal_voucher_moves.to_state"],
            name="fk_voucher_moves_legal",
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id", "previous_number", "from_state", "previous_is_last"],
            [
                "voucher_moves.voucher_id",
                "voucher_moves.number",
                "voucher_moves.to_state",
                "voucher_moves.is_last",
            ],
            name="fk_voucher_moves_previous",
            deferrable=True,
            initially="DEFERRED",
        ),
    )


def _make_vouchers() -> None:
    op.create_table(
        "vouchers",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("flow", sa.Text, nullable=False),
        sa.Column("amount", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("ending", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("renewal_id", sa.Text),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("last_move", sa.Integer, nullable=False),
        sa.Column("last_is_last", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vouchers"),
        sa.UniqueConstraint("digest", name="uq_vouchers_digest"),
        sa.UniqueConstraint("renewal_id", name="uq_vouchers_renewal_id"),
        sa.CheckConstraint("(state = 'free') = (renewal_id IS NULL)", name="ck_vouchers_free"),
        sa.CheckConstraint("last_is_last", name="ck_vouchers_last"),
        sa.ForeignKeyConstraint(["renewal_id"], ["renewals.id"], name="fk_vouchers_renewal_id"),
        sa.ForeignKeyConstraint(
            ["id", "last_move", "state", "last_is_last"],
            [
                "voucher_moves.voucher_id",
                "voucher_moves.number",
                "voucher_moves.to_state",
                "voucher_moves.is_last",
            ],
            name="fk_vouchers_last_move",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
