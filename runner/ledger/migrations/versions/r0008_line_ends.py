"""How each line has ended in a run. Older runs know only how the whole of them ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_OUTCOMES = (
    "'read_only', 'nothing_due', 'renewed', 'renewal_pending', 'awaiting_payment', 'needs_you', "
    "'rejected', 'declined', 'too_expensive', 'payment_unknown', 'maintenance', 'changed', "
    "'unreachable', 'busy', 'failed'"
)


def upgrade() -> None:
    op.create_table(
        "line_ends",
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("latest", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "line", name="pk_line_ends"),
        sa.CheckConstraint(f"outcome IN ({_OUTCOMES})", name="ck_line_ends_outcome"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_line_ends_run_id"),
    )
    op.create_index(
        "uq_line_ends_latest",
        "line_ends",
        ["account", "line"],
        unique=True,
        sqlite_where=sa.text("latest"),
        postgresql_where=sa.text("latest"),
    )
