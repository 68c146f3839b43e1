"""Every page of the dashboard, in one place: what is listed here is walked through and pictured."""

from __future__ import annotations

PAGES = {
    "lines": "/",
    "line": "/lines/docomo/090-0000-4649",
    "inbox": "/inbox",
    "runs": "/runs",
    "run": "/runs/{run}",
    "changed": "/runs/{changed}",
    "settings": "/settings",
    "access": "/access",
}
"""Name → path. `{…}` stands for an id of `showcase`."""

OPEN = {"login": "/login", "approve": "{approve}", "resolve": "{resolve}"}
"""The same, for pages that strangers see."""
