"""Accounts whose turn has come and that nobody plays: a sign that the schedule is no longer kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from runner.schedule.agenda import Entry, Standing, due

LATE = timedelta(hours=1)
"""So long an account may wait while nothing is played; the daemon looks every minute."""
TOO_LATE = timedelta(hours=6)
"""So long it may wait while others are played: many at one provider come one after the other."""
_EVER = datetime.min.replace(tzinfo=UTC)


def overdue(
    entries: Iterable[Entry], standing: Standing, now: datetime, since: datetime = _EVER
) -> list[Entry]:
    """Those that have waited for too long, in the order of their danger.

    `since`: from when on somebody was there to play them. The time before does not count: a machine
    that has slept makes up for what it missed.
    """
    moving = bool(standing.playing) or any(
        turn.began > now - LATE for turn in standing.turns.values()
    )
    patience = TOO_LATE if moving else LATE
    return [e for e in due(entries, standing, now) if max(e.at, since) <= now - patience]
