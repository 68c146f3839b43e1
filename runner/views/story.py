"""One line in full: as it stands, what was read of it, what was done, what is planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from runner.config.model import Account
from runner.config.schedule import Adaptive
from runner.config.workspace import Workspace
from runner.flow.library import NoSuchFlow
from runner.flow.mistakes import Mistakes
from runner.flow.model import Flow
from runner.ledger.ledger import Ledger
from runner.ledger.records import Reading, Renewal, Run
from runner.schedule.ahead import Action
from runner.schedule.forecast import Known, forecast
from runner.schedule.next_cost import FARTHEST
from runner.schedule.sane import longest_gap
from runner.schedule.times import SELDOM
from runner.views.lines import LineNow, days_left, lines_now
from runner.views.own_runs import own_runs

RUNS = 10
"""Of its account, the last ones; less those that were about other lines only."""
_RENEWALS = 20
_GRACE = timedelta(hours=36)
"""A run may come that much later, by its window or because the site was out of reach."""


@dataclass(frozen=True)
class Story:
    """A line. `flow` None: it can't be read now, and nothing is planned. `notes`: what can't be known of
    the days to come.
    """

    now: LineNow
    flow: Flow | None
    readings: list[Reading]
    renewals: list[Renewal]
    runs: list[Run]
    planned: list[Action]
    notes: list[str]

    @property
    def next_renewal(self) -> Action | None:
        """The first planned action that pays."""
        return next((action for action in self.planned if action.price is not None), None)

    @property
    def longest(self) -> timedelta:
        """So far two readings may be apart, if nothing went wrong."""
        return longest_between(self.now.account)


def story_of(
    workspace: Workspace,
    ledger: Ledger,
    account: str,
    line: str,
    now: datetime,
    since: datetime,
    zone: ZoneInfo,
) -> Story | None:
    """The story of a line, with readings from `since` on; None where config.yaml has no such line."""
    everyone = lines_now(workspace, ledger, now, zone)
    mine = [one for one in everyone if (one.account.name, one.line.name) == (account, line)]
    if not mine:
        return None
    one = mine[0]
    flow = _flow(workspace, one.account)
    planned, notes = _planned(workspace, ledger, one, flow, now, zone)
    return Story(
        one,
        flow,
        ledger.readings.series(account, line, since=since - longest_between(one.account)),
        ledger.renewals.list(account, line)[:_RENEWALS],
        _own_runs(ledger, account, line),
        planned,
        notes,
    )


def longest_between(account: Account) -> timedelta:
    """So far two readings of an account may be apart, if nothing went wrong."""
    schedule = account.schedule
    days = SELDOM if schedule is None or isinstance(schedule, Adaptive) else longest_gap(schedule)
    return timedelta(days=days) + _GRACE


def left_by(reading: Reading, zone: ZoneInfo) -> int | None:
    """The days that were left on the day of a reading."""
    return days_left(reading, reading.at.astimezone(zone).date(), zone)


def _own_runs(ledger: Ledger, account: str, line: str) -> list[Run]:
    """The last runs of the account, as they ended for the line."""
    runs = ledger.runs.list(account, limit=RUNS)
    ends = ledger.line_ends.since(account, runs[-1].started_at) if runs else {}
    return own_runs(runs, line, ends)


def _flow(workspace: Workspace, account: Account) -> Flow | None:
    try:
        return workspace.library.load(account.flow).flow
    except (Mistakes, NoSuchFlow):
        return None


def _planned(
    workspace: Workspace,
    ledger: Ledger,
    one: LineNow,
    flow: Flow | None,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[list[Action], list[str]]:
    """What will be done with the line, as `kigen plan ACCOUNT` tells it."""
    if flow is None:
        return [], []
    chosen, caps = [(one.account, flow)], workspace.config.caps
    found = forecast(chosen, Known.of(ledger), now, now + FARTHEST, zone, caps)
    name = one.line.name
    return (
        [action for action in found.actions if action.line == name],
        [note.message for note in found.notes if note.line == name],
    )
