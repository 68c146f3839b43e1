"""When it is an account's turn: by its schedule, a day after a run that got nowhere, after quiet hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from runner.config.model import Account
from runner.config.schedule import Every, Schedule
from runner.ledger.records import Reading, Run
from runner.renewal.quiet import QuietHours, last_day
from runner.renewal.recall import recall
from runner.schedule.times import next_time

AGAIN = timedelta(days=1)
"""A run that got nowhere is tried again after this time, however far apart the schedule's runs are."""
NOWHERE = frozenset({"unreachable", "maintenance", "busy", "failed", None})
"""Ends of runs that may well end otherwise a day later. None: it was cut off, or is still going on."""


@dataclass(frozen=True)
class Turn:
    """An account's last run, as far as its next one depends on it."""

    began: datetime
    got_nowhere: bool = False

    @classmethod
    def of(cls, run: Run) -> Self:
        return cls(run.started_at, run.outcome in NOWHERE)


def named_turn(
    schedule: Schedule, last: Turn | None, now: datetime, zone: ZoneInfo, seed: str
) -> datetime:
    """When the next run is due, in UTC; a moment that has passed means that it is due now.

    Missed times count once. An account that has never run is due from the day's first named time
    on (`every`: at once).
    """
    if last is None:
        if isinstance(schedule, Every):
            return now
        midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
        return next_time(schedule, midnight - timedelta(seconds=1), zone, seed)
    named = next_time(schedule, last.began, zone, seed)
    return min(named, last.began + AGAIN) if last.got_nowhere else named


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
    moment = max(named_turn(schedule, last, now, zone, seed), now)
    return quiet.hold_payment(moment, last_day) or moment


def first_end(
    account: Account,
    readings: Mapping[tuple[str, str], Reading],
    quiet: QuietHours,
    now: datetime,
) -> date | None:
    """The first last day among the lines that are to be renewed, as they were read last.

    Those that have passed don't count: nothing is lost any more by waiting.
    """
    today = now.astimezone(quiet.zone).date()
    days = []
    for line in account.lines:
        reading = readings.get((account.name, line.name))
        if reading is None or line.policy is None or line.policy.when is None:
            continue
        day = last_day(recall(reading), reading.at.astimezone(quiet.zone).date())
        if day is not None and day >= today:
            days.append(day)
    return min(days, default=None)
