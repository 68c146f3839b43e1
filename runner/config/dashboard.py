"""Where the dashboard is served, and who is let in."""

from __future__ import annotations

from pydantic import Field

from runner.config.served import Served


class Dashboard(Served):
    """The dashboard of `kigen serve`."""

    listen: str = Field(
        "127.0.0.1:8751", description="Where the dashboard is served: an address and a port."
    )
