"""When an account runs next. Pure functions of the schedule, the clock and a seed.

Times are those of a wall clock in the provider's zone. A time that the clock skips in spring is kept
by running at the same distance after the gap; one that comes twice in autumn counts the first time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from runner.config.cron import Cron
from runner.config.schedule import Adaptive, Daily, Every, Schedule

_FARTHEST = 366 * 9
"""Days that are looked through: 29 February can be eight years away, around 2100."""
SELDOM = 7
"""Days from one run of an adaptive schedule to the next, while there is long to go."""
FORTNIGHT = 14
"""Days before the end from which on an adaptive schedule runs daily."""


def next_time(
    schedule: Schedule,
    after: datetime,
    zone: ZoneInfo,
    seed: str,
    last_day: date | None = None,
) -> datetime:
    """The first time after `after` (aware) that the schedule names, in UTC.

    Inside a window, the moment is drawn from `seed` and the day: the same each time that it is
    asked for, another one on another day and for another account. For `every` and `adaptive`,
    `after` is when the last run began; `last_day` is what an adaptive schedule goes by.
    """
    if isinstance(schedule, Every):
        return after.astimezone(UTC) + schedule.gap
    return _named(schedule, after, zone, seed, last_day)


@lru_cache(maxsize=2048)  # pages ask anew for every account that is shown
def _named(
    schedule: Daily | Cron | Adaptive,
    after: datetime,
    zone: ZoneInfo,
    seed: str,
    last_day: date | None,
) -> datetime:
    if isinstance(schedule, Adaptive):
        day = _adapted(after.astimezone(zone).date(), last_day)
        return _at(day, _drawn(schedule, day, seed), zone)
    for moment in _moments(schedule, after.astimezone(zone).date(), zone, seed):
        if moment > after:
            return moment
    raise ValueError(f"{schedule} never comes")


def _moments(schedule: Daily | Cron, first: date, zone: ZoneInfo, seed: str) -> Iterator[datetime]:
    """The named moments from a day on, in order."""
    # The day before too: a wall time that the clock skipped may have moved past midnight.
    for number in range(-1, _FARTHEST):
        day = first + timedelta(days=number)
        if isinstance(schedule, Daily):
            yield _at(day, _drawn(schedule, day, seed), zone)
        elif schedule.on(day):
            times = [time(hour, minute) for hour in schedule.hours for minute in schedule.minutes]
            yield from sorted({_at(day, moment, zone) for moment in times})


def _adapted(ran: date, last_day: date | None) -> date:
    """The day of the next run: never later than a fortnight before the end; daily if none is known."""
    if last_day is None or (last_day - ran).days <= FORTNIGHT:
        return ran + timedelta(days=1)
    return min(ran + timedelta(days=SELDOM), last_day - timedelta(days=FORTNIGHT))


def _drawn(schedule: Daily | Adaptive, day: date, seed: str) -> time:
    """The moment of a day's window, to the second."""
    start, end = (timedelta(hours=t.hour, minutes=t.minute) for t in (schedule.start, schedule.end))
    span = int((end - start).total_seconds())
    digest = hashlib.sha256(f"{seed}|{schedule}|{day.isoformat()}".encode()).digest()
    drawn = start + timedelta(seconds=int.from_bytes(digest[:8]) % (span + 1))
    return (datetime.min + drawn).time()


def _at(day: date, moment: time, zone: ZoneInfo) -> datetime:
    """A wall time in UTC. Python reads a skipped time by the offset before the gap: just after it."""
    return datetime.combine(day, moment, zone).astimezone(UTC)
