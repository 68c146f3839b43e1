"""What the pages of the dashboard are drawn from, and what they can set in motion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from runner.config.home import Home
from runner.config.live import Settings
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger


class Runs(Protocol):
    """The runs of the daemon."""

    @property
    def playing(self) -> tuple[str, ...]:
        """The accounts that are being played."""

    @property
    def parallel(self) -> int:
        """How many may be played at the same time."""

    def wake(self) -> None:
        """Look now whether there is something to begin. Called in the loop of the runs."""


@dataclass(frozen=True)
class Desk:
    """Everything is read anew for each page: nothing here remembers what was shown."""

    settings: Settings
    ledger: Ledger
    home: Home
    clock: Callable[[], datetime]
    runs: Runs
    key: bytes = field(repr=False)
    """The home's key; `links.key_for` draws one for each use from it."""

    @property
    def workspace(self) -> Workspace:
        """The last good version of config.yaml and the flows."""
        return self.settings.workspace

    @property
    def zone(self) -> ZoneInfo:
        """The owner's time zone."""
        return self.settings.zone
