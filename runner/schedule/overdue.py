"""Accounts whose turn has come and that nobody plays: a sign that the schedule is no longer kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from runner.schedule.agenda import Entry, Standing, due

LATE = timedelta(hours=1)
"""So long an account may wait while nothing is played; the daemon looks every minute."""
TOO_LATE = timedelta(hours=6)
"""So long it may wait while others are played: many at one provider come one after the other."""


def overdue(entries: Iterable[Entry], standing: Standing, now: datetime) -> list[Entry]:
    """Those that have waited for too long, in the order of their danger."""
    moving = bool(standing.playing) or any(
        turn.began > now - LATE for turn in standing.turns.values()
    )
    patience = TOO_LATE if moving else LATE
    return [entry for entry in due(entries, standing, now) if entry.at <= now - patience]
