"""The machine's time zone, for those who have set none."""

from __future__ import annotations

from zoneinfo import ZoneInfo


def local_zone() -> ZoneInfo:
    """The zone that this machine runs in."""
    from tzlocal import get_localzone

    return get_localzone()
