"""Until when a provider said to be closed, so that it is left alone until then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("runs", sa.Column("closed_until", sa.DateTime(timezone=True)))
