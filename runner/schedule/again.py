"""When a run that got nowhere is tried again: by its kind, after ever longer pauses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PAUSES: Mapping[str | None, tuple[timedelta, ...]] = {
    None: (timedelta(0), _MINUTE, 10 * _MINUTE, _HOUR, 6 * _HOUR, _DAY),
    "busy": (10 * _MINUTE, 30 * _MINUTE, _HOUR),
    "unreachable": (
        5 * _MINUTE,
        15 * _MINUTE,
        30 * _MINUTE,
        _HOUR,
        2 * _HOUR,
        4 * _HOUR,
        6 * _HOUR,
    ),
    "maintenance": (_HOUR, 2 * _HOUR, 4 * _HOUR, 6 * _HOUR),
    "failed": (_HOUR, 6 * _HOUR, _DAY),
    "changed": (_DAY,),
}
"""By outcome: the pause after the first run in a row that got nowhere, after the second … None: the run
was cut off. All other outcomes would be the same again: the account waits for its next turn.

`rejected` is among those: a password that was refused is not typed again until it changes.
"""
NEAR = 3
"""Days before the end from which on no pause is longer than an hour."""
_SOONER = frozenset({"unreachable", "maintenance", "failed", "busy", None})
"""Kinds that an hour may mend."""
SLOWED = frozenset({"changed"})
"""Kinds after which the account is not played more often than the pause says, whatever its schedule."""
_SPREAD = 5
"""A pause is up to a fifth longer, so that accounts which failed together do not come back together."""
_MOST = 10 * _MINUTE


def pause_after(
    outcome: str | None,
    tries: int,
    began: datetime,
    *,
    near: bool,
    seed: str,
    until: datetime | None = None,
) -> timedelta | None:
    """The time from a run's beginning to the next try; None where none comes before its turn.

    `tries`: so many runs in a row got nowhere. `near`: a line of the account is near its end. `until`: so
    long the provider said to be closed; the pause lasts until then. It is never longer than a day.
    """
    pauses = PAUSES.get(outcome)
    if pauses is None:
        return None
    pause = pauses[min(tries, len(pauses)) - 1]
    spread = min(pause / _SPREAD, _MOST)
    if until is not None and until > began:
        pause, spread = until - began, _MOST  # all its accounts wait for the same moment
    if near and outcome in _SOONER:
        pause = min(pause, _HOUR)
    return min(pause + _drawn(spread, f"{seed}|{began.isoformat()}"), _DAY)


def _drawn(most: timedelta, seed: str) -> timedelta:
    """A time up to `most`, always the same for a seed, in whole seconds."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    return timedelta(seconds=number % (int(most.total_seconds()) + 1))
