"""Every line as it stands now, from config.yaml and the ledger together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from runner.config.model import Account, Line
from runner.config.workspace import Workspace
from runner.flow.library import NoSuchFlow
from runner.flow.mistakes import Mistakes
from runner.flow.model import Flow
from runner.ledger.ledger import Ledger
from runner.ledger.records import Pause, Reading, Renewal, Run
from runner.ledger.states import UNSETTLED
from runner.schedule.agenda import Standing, agenda
from runner.schedule.turns import Turn
from runner.values.read import to_json
from runner.views import as_json
from runner.views.danger import Danger, danger_of
from runner.views.own_runs import LastRuns


@dataclass(frozen=True, slots=True)
class LineNow:
    """One line. None: never read, never run, or never to run by itself.

    `days_left` are counted today, in the owner's time zone, whenever the line was read. `next_run`
    is the present moment for a run that is overdue. `last_run` is told as it ended for this line, not for
    others of the account. `turn`: the account's last run that its schedule counts.
    """

    account: Account
    line: Line
    reading: Reading | None
    days_left: int | None
    danger: Danger
    last_run: Run | None
    next_run: datetime | None
    renewal: Renewal | None
    paused: Pause | None = None
    turn: Turn | None = None

    def to_json(self) -> as_json.Line:
        read, run, renewal = self.reading, self.last_run, self.renewal
        return {
            "account": self.account.name,
            "line": self.line.name,
            "title": self.line.title,
            "flow": self.account.flow,
            "at": self.account.at,
            "balance": to_json(read.balance) if read and read.balance else None,
            "expires_on": read.expires_on.isoformat() if read and read.expires_on else None,
            "days_left": self.days_left,
            "danger": self.danger.word,
            "data_left": to_json(read.data_left) if read and read.data_left else None,
            "read_at": read.at.isoformat() if read else None,
            "last_run": None
            if run is None
            else {
                "id": run.id,
                "at": run.started_at.isoformat(),
                "outcome": run.outcome,
                "message": run.message,
            },
            "next_run": self.next_run.isoformat() if self.next_run else None,
            "renewal": None
            if renewal is None
            else {"id": renewal.id, "state": renewal.state.value, "cycle": renewal.cycle},
            "paused": None
            if self.paused is None
            else {"until": self.paused.until.isoformat() if self.paused.until else None},
        }


def lines_now(workspace: Workspace, ledger: Ledger, now: datetime, zone: ZoneInfo) -> list[LineNow]:
    """All lines of all accounts, those in danger first."""
    readings, runs = ledger.readings.latest(), ledger.runs.last_of_each()
    last_runs = LastRuns(ledger, runs)
    accounts = list(with_flows(workspace))
    standing = Standing.of(ledger, accounts, now, readings, runs)
    following = {one.account.name: one.at for one in agenda(accounts, standing, now, zone)}
    unsettled = ledger.renewals.list(states=UNSETTLED)
    open_ = {(r.account, r.line): r for r in reversed(unsettled)}
    paused = ledger.pauses.now()
    today = now.astimezone(zone).date()

    def found() -> Iterator[LineNow]:
        for account in workspace.accounts.values():
            next_run = following.get(account.name)
            if next_run is not None:
                next_run = max(next_run, now)
            for line in account.lines:
                key = (account.name, line.name)
                reading = readings.get(key)
                days = days_left(reading, today, zone)
                pause, run = paused.get(key), last_runs.of(*key)
                outcome = run.outcome if run else None
                danger = danger_of(reading is not None, days, outcome, paused=pause is not None)
                yield LineNow(
                    account, line, reading, days, danger, run, next_run, open_.get(key), pause,
                    standing.turns.get(account.name),
                )  # fmt: skip

    return sorted(found(), key=lambda one: (one.danger, _or_late(one.days_left)))


def with_flows(workspace: Workspace) -> Iterator[tuple[Account, Flow]]:
    """The accounts whose next run can be told: what is wrong with a flow is told elsewhere."""
    for account in workspace.accounts.values():
        with suppress(Mistakes, NoSuchFlow):
            yield account, workspace.library.load(account.flow).flow


def days_left(reading: Reading | None, today: date, zone: ZoneInfo) -> int | None:
    """The days from today to the last day; negative when it has passed. None: not known."""
    if reading is None:
        return None
    if reading.expires_on is not None:
        return (reading.expires_on - today).days
    if reading.days_left is None:
        return None
    return reading.days_left - (today - reading.at.astimezone(zone).date()).days


def _or_late(days: int | None) -> int:
    return 1_000_000 if days is None else days
