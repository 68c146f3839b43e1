"""When it is an account's turn: by its schedule, after a run that got nowhere, after quiet hours."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from runner.config.model import Account
from runner.config.schedule import Every, Schedule
from runner.flow.model import Flow
from runner.ledger.ledger import Ledger
from runner.ledger.records import Reading, Run
from runner.renewal.quiet import QuietHours, last_day
from runner.renewal.recall import recall
from runner.schedule.again import NEAR, PAUSES, SLOWED, pause_after
from runner.schedule.times import next_time


@dataclass(frozen=True)
class Turn:
    """An account's last run, as far as its next one depends on it.

    `outcome` None: it was cut off, or is still going on. `tries`: so many runs in a row, this one
    included, got nowhere. `until`: so long the provider said to be closed.
    """

    began: datetime
    outcome: str | None = "nothing_due"
    tries: int = 1
    until: datetime | None = None

    def then(self, began: datetime, outcome: str | None) -> Turn:
        """The run after this one."""
        again = self.outcome in PAUSES and outcome in PAUSES
        return Turn(began, outcome, self.tries + 1 if again else 1)


def turns_of(ledger: Ledger, last: Mapping[str, Run] | None = None) -> dict[str, Turn]:
    """The last turn of every account that has had one. `last`: every account's last run, where they are
    read already.
    """
    found = ledger.runs.last_turns(last)
    trouble = [name for name, run in found.items() if run.outcome in PAUSES]
    tries = ledger.runs.in_a_row(PAUSES, trouble)
    return {
        name: Turn(run.started_at, run.outcome, tries.get(name, 1), run.closed_until)
        for name, run in found.items()
    }


def clock_of(flow: Flow, owner: ZoneInfo) -> ZoneInfo:
    """The time zone of an account's schedule: the provider's; the owner's where there is no site."""
    return owner if flow.kept_by == "owner" else ZoneInfo(flow.timezone)


def named_turn(
    schedule: Schedule,
    last: Turn | None,
    now: datetime,
    zone: ZoneInfo,
    seed: str,
    last_day: date | None = None,
) -> datetime:
    """When the next run is due, in UTC; a moment that has passed means that it is due now.

    Missed times count once. An account that has never run is due from the day's first named time
    on (`every`: at once). `last_day`: the first of its lines' last days, if none of them has passed.
    """
    if last is None:
        if isinstance(schedule, Every):
            return now
        midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
        return next_time(schedule, midnight - timedelta(seconds=1), zone, seed)
    named = next_time(schedule, last.began, zone, seed, last_day)
    near = last_day is not None and (last_day - now.astimezone(zone).date()).days <= NEAR
    pause = pause_after(
        last.outcome, last.tries, last.began, near=near, seed=seed, until=last.until
    )
    if pause is None:
        return named
    again = last.began + pause
    if last.until is not None and last.until > named and not near:
        return again  # at the named time it is closed, by its own word
    if last.outcome in SLOWED and named - last.began < pause / 2:
        return again
    soon = timedelta(0) <= named - again < pause / 2
    if soon and named.astimezone(zone).date() == again.astimezone(zone).date():
        return named  # two runs, one right after the other, would find the same
    return min(named, again)


def next_turn(
    schedule: Schedule,
    last: Turn | None,
    now: datetime,
    zone: ZoneInfo,
    seed: str,
    quiet: QuietHours,
    last_day: date | None = None,
) -> datetime:
    """When the account runs next: `now` where it is due now, later where quiet hours hold it back.

    `last_day`: the first of its lines' last days; near it, nothing is held back.
    """
    moment = max(named_turn(schedule, last, now, zone, seed, last_day), now)
    return quiet.hold_payment(moment, last_day) or moment


def ends_of(
    account: Account,
    readings: Mapping[tuple[str, str], Reading],
    zone: ZoneInfo,
    paused: Container[tuple[str, str]] = (),
) -> tuple[date, ...]:
    """The last days of those lines that are to be renewed, as they were read last in this zone."""
    days = []
    for line in account.lines:
        key = (account.name, line.name)
        reading = readings.get(key)
        if reading is None or line.policy is None or line.policy.when is None or key in paused:
            continue
        day = last_day(recall(reading), reading.at.astimezone(zone).date())
        if day is not None:
            days.append(day)
    return tuple(days)
