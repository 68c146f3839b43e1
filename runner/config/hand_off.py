"""When a page is handed to its owner."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from runner.config.quantities import Duration
from runner.config.served import Served


class HandOff(Served):
    """Live pages: what a run does not understand is shown to its owner, who helps by hand."""

    listen: str = Field(
        "127.0.0.1:8750", description="Where live pages are served: an address and a port."
    )
    wait: Duration = Field(
        timedelta(minutes=15), description="How long a run waits for you, in all."
    )
