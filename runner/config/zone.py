"""The machine's time zone, for those who have set none."""

from __future__ import annotations

import os
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class NoZone(LookupError):
    """The machine does not say in which zone it is, or says it by a rule (`JST-9`), not by a name."""

    hint = "Name yours in config.yaml, such as `timezone: Asia/Tokyo`."


def local_zone() -> ZoneInfo:
    """The zone that this machine runs in. Raises NoZone."""
    from tzlocal import get_localzone

    try:
        return get_localzone()
    except (ZoneInfoNotFoundError, ValueError):
        named = os.environ.get("TZ")
        why = f": TZ is `{named}`" if named else ""
        raise NoZone(f"the time zone of this machine has no name that is known{why}") from None
