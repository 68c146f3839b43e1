"""When an account runs next. Pure functions of the schedule, the clock and a seed.

Times are those of a wall clock in the provider's zone. A time that the clock skips in spring is kept
by running at the same distance after the gap; one that comes twice in autumn counts the first time.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from runner.config.cron import Cron
from runner.config.schedule import Adaptive, Daily, Every, Schedule

_FARTHEST = 366 * 9
"""Days that are looked through: 29 February can be eight years away, around 2100."""
_DAY = timedelta(days=1)
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
    first = after.astimezone(zone).date()
    if isinstance(schedule, Adaptive):
        day = _adapted(first, last_day)
        return _at(day, _drawn(schedule, day, seed), zone)
    # The day before too: a wall time that the clock skipped may have moved past midnight.
    for number in range(-1, _FARTHEST):
        moment = _next_on(first + timedelta(days=number), schedule, after, zone, seed)
        if moment is not None:
            return moment
    raise ValueError(f"{schedule} never comes")


def _next_on(
    day: date, schedule: Daily | Cron, after: datetime, zone: ZoneInfo, seed: str
) -> datetime | None:
    """The first moment after `after` that is named on a day."""
    if isinstance(schedule, Daily):
        moment = _at(day, _drawn(schedule, day, seed), zone)
        return moment if moment > after else None
    if not schedule.on(day):
        return None
    times, begin, end = _times(schedule), _at(day, time(), zone), _at(day + _DAY, time(), zone)
    if end - begin == _DAY:  # as on most days: the clock goes on evenly, so times are in order
        late = after >= end
        number = bisect_right(times, after.astimezone(zone).time()) if begin <= after else 0
        return None if late or number == len(times) else _at(day, times[number], zone)
    moments = (_at(day, moment, zone) for moment in times)
    return min((moment for moment in moments if moment > after), default=None)


@lru_cache(maxsize=64)  # of every minute there are 1,440, and who looks ahead asks for each of them
def _times(schedule: Cron) -> list[time]:
    return [time(hour, minute) for hour in schedule.hours for minute in schedule.minutes]


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
