"""Renewals that are seen to again by themselves, and that keep their receipts.

A charged renewal without its effect now blocks its line too, and may turn out to be taken back.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NEXT = sa.text("next_at IS NOT NULL")
_BLOCKING = sa.text(
    "state IN ('awaiting_payment', 'charged', 'committing', 'confirmed', 'renewal_pending',"
    " 'unknown')"
)


def upgrade() -> None:
    op.add_column("renewals", sa.Column("next_at", sa.DateTime(timezone=True)))
    op.add_column("renewals", sa.Column("receipts", sa.JSON))
    op.create_index(
        "ix_renewals_next", "renewals", ["next_at"], sqlite_where=_NEXT, postgresql_where=_NEXT
    )
    op.drop_index("uq_renewals_unproven", "renewals")
    op.create_index(
        "uq_renewals_unproven",
        "renewals",
        ["account", "line"],
        unique=True,
        sqlite_where=_BLOCKING,
        postgresql_where=_BLOCKING,
    )
    legal = sa.table("legal_moves", sa.column("from_state"), sa.column("to_state"))
    op.bulk_insert(legal, [{"from_state": "charged", "to_state": "unknown"}])
