"""What has played well on live portals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "proofs",
        sa.Column("flow", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("reach", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("flow", "digest", "reach", name="pk_proofs"),
        sa.CheckConstraint("reach IN ('read', 'renewed')", name="ck_proofs_reach"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_proofs_run_id"),
    )
