"""Paused lines: read, and looked after where money is on its way, but not renewed and not told of."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo

from runner.ledger.ledger import Ledger
from runner.ledger.records import Pause


def why_paused(ledger: Ledger, account: str, line: str, zone: tzinfo) -> str | None:
    """What is said of a line that is paused now; None of any other."""
    pause = ledger.pauses.of(account, line)
    return None if pause is None else f"it is paused {until(pause, zone)}"


def until(pause: Pause, zone: tzinfo) -> str:
    """How long a pause lasts, in words. `zone` is the owner's."""
    if pause.until is None:
        return "until you resume it"
    return f"until {pause.until.astimezone(zone):%Y-%m-%d}"


def beginning_of(day: date, zone: tzinfo) -> datetime:
    """When a day begins for the owner, in UTC. Raises OverflowError for one before all time."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
