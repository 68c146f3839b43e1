"""Quiet hours of a target, and what does not wait for their end."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from runner.notify.events import Event

_AWAITED = frozenset({"hand_off", "asked", "test"})
"""Somebody waits for the owner right now, or the owner waits for it."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` by the wall clock of `zone`; over midnight where `end` comes first.

    Of an hour that comes twice in autumn, both are quiet. `even_urgent`: nothing goes through.
    """

    start: time
    end: time
    zone: ZoneInfo
    even_urgent: bool = False

    def hold(self, event: Event, moment: datetime) -> datetime | None:
        """Until when, in UTC, the event is kept back at a moment; None: it may go out."""
        if event.name == "test" or (is_urgent(event) and not self.even_urgent):
            return None
        return self.until(moment)

    def until(self, moment: datetime) -> datetime | None:
        """Their end, in UTC, if they hold at a moment."""
        today = moment.astimezone(self.zone).date()
        for day in (today - timedelta(days=1), today):
            start = _at(day, self.start, self.zone)[0]
            end = max(_at(day + timedelta(days=self.end < self.start), self.end, self.zone))
            if start <= moment < end:
                return end
        return None


def _at(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A wall time in UTC: both, where it comes twice; two readings of one that the clock skips."""
    first, second = (
        datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1)
    )
    return first, second


def is_urgent(event: Event) -> bool:
    """Whether it is of no use in the morning: a run waits for it, or the line's last day is today."""
    if event.name == "expires_soon":
        left = [line.days_left for line in event.lines if line.days_left is not None]
        return min(left, default=1) <= 0
    return event.name in _AWAITED
