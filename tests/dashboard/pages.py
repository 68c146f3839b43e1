"""Every page of the dashboard, in one place: what is listed here is walked through and pictured."""

from __future__ import annotations

PAGES = {
    "lines": "/",
    "line": "/lines/docomo/090-0000-4649",
    "settings": "/settings",
    "inbox": "/inbox",
    "run": "/runs/{run}",
}
"""Name → path. `{…}` stands for an id of `showcase`."""

OPEN = {"login": "/login"}
"""The same, for pages that strangers see."""
