"""The runs to come, and what will be done in the days to come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from runner.config.model import Account
from runner.config.workspace import Workspace
from runner.flow.model import Flow
from runner.ledger.ledger import Ledger
from runner.schedule.agenda import Entry, Standing, coming
from runner.schedule.ahead import Action
from runner.schedule.forecast import Forecast, Known, forecast
from runner.values.read import to_json
from runner.views import as_json


def next_runs(
    workspace: Workspace,
    ledger: Ledger,
    now: datetime,
    zone: ZoneInfo,
    count: int,
    account: str | None = None,
) -> list[Entry]:
    """The next runs, of all accounts or of one. Raises NoSuchAccount, NoSuchFlow and Mistakes."""
    accounts = _chosen(workspace, () if account is None else (account,))
    return coming(accounts, Standing.of(ledger, accounts, now), now, zone, count)


def days_ahead(
    workspace: Workspace,
    ledger: Ledger,
    now: datetime,
    until: datetime,
    zone: ZoneInfo,
    accounts: Collection[str] = (),
) -> Forecast:
    """What will be done until then: with all accounts, or with these. Raises as `next_runs`."""
    chosen = _chosen(workspace, accounts)
    return forecast(chosen, Known.of(ledger), now, until, zone, workspace.config.caps)


def turn_json(entry: Entry) -> as_json.Turn:
    """A run to come, for programs."""
    return {
        "at": entry.at.isoformat(),
        "account": entry.account.name,
        "flow": entry.account.flow,
        "why": entry.why,
        "schedule": None if entry.account.schedule is None else str(entry.account.schedule),
        "first_end": entry.end.isoformat() if entry.end else None,
    }


def plan_json(found: Forecast, now: datetime, until: datetime, zone: ZoneInfo) -> as_json.Plan:
    """The days to come, for programs. `zone`: in which months begin."""
    return {
        "from": now.isoformat(),
        "until": until.isoformat(),
        "actions": [_action(action) for action in found.actions],
        "totals": [
            {"month": month, "amount": f"{price.amount:f}", "currency": price.currency}
            for (month, _), price in sorted(found.totals(zone).items())
        ],
        "notes": [
            {"account": note.account, "line": note.line, "message": note.message}
            for note in found.notes
        ],
    }


def _action(action: Action) -> as_json.Action:
    what: Any = action.what.replace(" ", "_")
    return {
        "at": action.at.isoformat(),
        "account": action.account,
        "line": action.line,
        "title": action.title,
        "what": what,
        "message": action.message,
        "price": None if action.price is None else to_json(action.price),
        "lasts_until": action.until.isoformat() if action.until else None,
    }


def _chosen(workspace: Workspace, names: Collection[str]) -> list[tuple[Account, Flow]]:
    """Accounts with their flows, each once; all where none is named."""
    wanted = dict.fromkeys(names or workspace.account_names)
    return [(account, site.flow) for account, site in map(workspace.account, wanted)]
