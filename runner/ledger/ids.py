"""Ids that sort by the time at which they were made and need no counter in any database."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

_START = datetime(1970, 1, 1, tzinfo=UTC)


def new_id(now: datetime) -> str:
    """32 hexadecimal digits: 14 for the microseconds since 1970, then 72 random bits."""
    microseconds = (now - _START) // timedelta(microseconds=1)
    return f"{microseconds:014x}{secrets.token_hex(9)}"
