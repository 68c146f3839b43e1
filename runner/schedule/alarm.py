"""Lines that come near their last day and are not renewed: which they are, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from runner.config.model import Account, Line
from runner.flow.model import Flow
from runner.ledger.ledger import Ledger
from runner.ledger.records import LineEnd, Run
from runner.ledger.states import State
from runner.renewal.quiet import last_day
from runner.renewal.recall import recall
from runner.schedule.turns import clock_of

WELL = frozenset({"nothing_due", "renewed", "renewal_pending"})
"""Ends of runs after which a line is as its policy wants it."""
PAID = frozenset({State.CONFIRMED, State.RENEWAL_PENDING, State.CHARGED})
"""Nothing but time is wanting."""
FRESH = timedelta(hours=36)
"""A run that is older tells nothing of today."""
AWAKE = range(8, 22)
"""Hours of the owner's clock in which they are told; on the last day, all of them."""


@dataclass(frozen=True)
class Alarm:
    """A line with few days left. `why`: what stands in the way, as far as it is known."""

    account: Account
    flow: Flow
    line: Line
    last_day: date
    days_left: int
    why: str

    @property
    def once(self) -> str:
        """What makes two tellings the same: it is told anew on every day."""
        return f"{self.line.name}/{self.last_day.isoformat()}/{self.days_left}"


def alarms(
    accounts: Iterable[tuple[Account, Flow]], ledger: Ledger, now: datetime, owner: ZoneInfo
) -> list[Alarm]:
    """The lines of which their owner is to be told now. `owner`: their time zone."""
    readings, runs = ledger.readings.latest(), ledger.runs.last_turns()
    ends = ledger.line_ends.latest()
    quiet = {(one.account, one.line) for one in ledger.renewals.list(states=PAID)}
    quiet |= ledger.pauses.now().keys()
    awake = now.astimezone(owner).hour in AWAKE
    found = []
    for account, flow in accounts:
        zone = clock_of(flow, owner)
        today = now.astimezone(zone).date()
        run = runs.get(account.name)
        for line in account.lines:
            reading = readings.get((account.name, line.name))
            why = _why(run, ends.get((account.name, line.name)), now)
            if reading is None or why is None or (account.name, line.name) in quiet:
                continue
            day = last_day(recall(reading), reading.at.astimezone(zone).date())
            left = -1 if day is None else (day - today).days
            if day is None or not 0 <= left <= account.escalate.within.days:
                continue
            if awake or left == 0:
                found.append(Alarm(account, flow, line, day, left, why))
    return found


def _why(run: Run | None, end: LineEnd | None, now: datetime) -> str | None:
    """What stands in the way; None where the last run found all well, and not long ago. `end`: how the
    last run that was about the line ended for it.
    """
    if run is None:
        return "it was never run by itself"
    if now - run.started_at > FRESH:
        return f"it was run last on {run.started_at:%Y-%m-%d %H:%M} UTC"
    last = run if end is None or end.run_id != run.id else end
    if last.outcome in WELL:
        return None
    if last.outcome is None:
        return "the last run has not ended"
    return f"the last run ended as {last.outcome}: {last.message or 'no more is known'}"
