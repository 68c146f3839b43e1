"""The provider's quiet hours, and when a line is too near its end to wait for them to be over.

Waiting costs a line nothing but time, so nothing is begun inside a window of `avoid:`. It would cost
more than that near the line's end: a provider may be out of reach when the window is over, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from runner.config.model import Account
from runner.flow.avoid import Window, closed_until
from runner.flow.model import Flow
from runner.renewal.policy import day_of

LONG = timedelta(days=1)
"""A window that still lasts longer than this costs whole days."""
SPARE = 3
"""Days that a line must have after such a window: on one of them the provider is reached."""
LEAD = timedelta(minutes=10)
"""Nothing is paid so shortly before a window either: the answer would fall into it."""


@dataclass(frozen=True)
class QuietHours:
    """The windows of one provider, in its time zone."""

    windows: tuple[Window, ...]
    zone: ZoneInfo

    @classmethod
    def of(cls, account: Account, flow: Flow) -> QuietHours:
        """The owner's windows, or else the flow's."""
        given = account.avoid
        windows = tuple(avoid.when for avoid in flow.avoid) if given is None else given
        return cls(windows, ZoneInfo(flow.timezone))

    def until(self, moment: datetime) -> datetime | None:
        """The end of the quiet hours that hold at a moment; None: it is none of them."""
        return closed_until(self.windows, moment, self.zone)

    def hold_back(self, now: datetime, last_day: date | None) -> datetime | None:
        """Until when a line with this last day waits; None where it does not wait.

        It does not wait for a window that ends on its last day or later, nor for one that lasts more
        than a day from now and leaves it fewer than three days afterwards.
        """
        end = self.until(now)
        if end is None or last_day is None:
            return end
        left = (last_day - end.astimezone(self.zone).date()).days
        if left <= 0 or (end - now > LONG and left < SPARE):
            return None
        return end

    def hold_payment(self, now: datetime, last_day: date | None) -> datetime | None:
        """The same for a payment, or a run that may come to one: neither is begun right before a window."""
        return self.hold_back(now, last_day) or self.hold_back(now + LEAD, last_day)

    def text(self, moment: datetime) -> str:
        """A moment as the provider's clock shows it."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M} ({self.zone.key})"


def last_day(reading: Mapping[str, Any], today: date) -> date | None:
    """The last day of a line, by what was read of it; None where it has none."""
    found = day_of(reading.get("keep_until")) or day_of(reading.get("expires_on"))
    if found is None and isinstance(days := reading.get("days_left"), int):
        found = today + timedelta(days=days)
    return found
