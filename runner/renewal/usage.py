"""What was used between two readings, by the site's own count (`data_used`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.values.data import DataVolume

NAME = "data_used"
ROUNDING = 20 * 1024**2
"""Bytes by which two figures of a page, each rounded to a hundredth of a GB, may be off together."""


def used_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> int | None:
    """Bytes; None where a site does not count. A count that began anew (a month's) is nothing used.

    Both may be readings as they were read, or as the ledger keeps them.
    """
    old, new = _bytes(before.get(NAME)), _bytes(after.get(NAME))
    return None if old is None or new is None else max(0, new - old)


def _bytes(value: Any) -> int | None:
    if isinstance(value, DataVolume):
        return value.bytes
    if isinstance(value, Mapping):
        found = value.get("bytes")
        return found if isinstance(found, int) else None
    return None
