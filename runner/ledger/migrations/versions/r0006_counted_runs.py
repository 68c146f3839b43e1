"""An index that holds all that is counted of runs, so that nobody reads their rows for that."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_runs_counted", "runs", ["account", "flow", "outcome", "seconds"])
