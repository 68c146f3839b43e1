"""What an owner sets in motion or holds up: pauses of lines, wishes for runs, letters put away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "pauses",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("ended_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_pauses"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ck_pauses_ended"),
    )
    _one_open("pauses", ["account", "line"], "ended_at IS NULL")
    op.create_table(
        "wishes",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_wishes"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_wishes_run_id"),
    )
    _one_open("wishes", ["account"], "run_id IS NULL")
    op.add_column("letters", sa.Column("put_away_at", _MOMENT))
    op.add_column("letters", sa.Column("put_away_by", sa.Text))
    op.create_index("ix_letters_state", "letters", ["state", "next_at"])


def _one_open(table: str, columns: list[str], where: str) -> None:
    op.create_index(
        f"uq_{table}_open",
        table,
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
