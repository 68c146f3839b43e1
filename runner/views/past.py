"""What the ledger holds of one account, from some moment on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from runner.config.workspace import Workspace
from runner.flow.mistakes import did_you_mean, listed
from runner.ledger.ledger import Ledger
from runner.ledger.records import LineEnd, Reading, Renewal, Run
from runner.values.read import to_json
from runner.views import as_json
from runner.views.own_runs import own_runs

_MOST_RUNS = 10_000


class NothingRead(LookupError):
    """Nothing was read of that line yet. `hint`: what to do about it."""

    def __init__(self, account: str, line: str, lines: list[str]) -> None:
        super().__init__(f"nothing was read of a line `{line}` of {account} yet")
        self.hint = did_you_mean(line, lines) or f"lines: {listed(lines) or 'none'}"


@dataclass(frozen=True, slots=True)
class Past:
    """One account's past: runs and renewals newest first, the readings of each line oldest first.

    Where it is one line's, `runs` are told as they ended for it.
    """

    account: str
    line: str | None
    runs: list[Run]
    renewals: list[Renewal]
    readings: Mapping[str, list[Reading]]
    ends: Mapping[str, Mapping[str, LineEnd]]

    def to_json(self) -> as_json.Past:
        return {
            "account": self.account,
            "line": self.line,
            "runs": [{**run_json(run), "lines": self._ends_of(run)} for run in self.runs],
            "renewals": [_renewal(renewal) for renewal in self.renewals],
            "readings": [_reading(one) for series in self.readings.values() for one in series],
        }

    def _ends_of(self, run: Run) -> list[as_json.LineEnd]:
        return [
            {"line": end.line, "outcome": end.outcome, "message": end.message}
            for end in self.ends.get(run.id, {}).values()
            if self.line in (None, end.line)
        ]


def past(
    workspace: Workspace, ledger: Ledger, account: str, line: str | None, since: datetime
) -> Past:
    """The account's past. Raises NoSuchAccount and NothingRead for names that nothing has."""
    runs = ledger.runs.list(account, limit=_MOST_RUNS)
    lines = sorted(name for _, name in ledger.readings.latest([account]))
    if not runs and account not in workspace.accounts:
        workspace.account(account)  # raises, with the names that there are
    if line is not None and line not in lines:
        raise NothingRead(account, line, lines)
    runs, ends = (
        [run for run in runs if run.started_at >= since],
        ledger.line_ends.since(account, since),
    )
    return Past(
        account,
        line,
        runs if line is None else own_runs(runs, line, ends),
        [one for one in ledger.renewals.list(account, line) if one.updated_at >= since],
        {
            name: ledger.readings.series(account, name, since=since)
            for name in ([line] if line else lines)
        },
        ends,
    )


def run_json(run: Run) -> as_json.Run:
    """A run, for programs."""
    return {
        "id": run.id,
        "flow": run.flow,
        "trigger": run.trigger,
        "started_at": run.started_at.isoformat(),
        "ended_at": run.ended_at.isoformat() if run.ended_at else None,
        "outcome": run.outcome,
        "message": run.message,
        "seconds": run.seconds,
        "evidence": run.evidence,
        "dry_run": run.dry_run,
        "read_only": run.read_only,
    }


def _renewal(renewal: Renewal) -> as_json.PastRenewal:
    return {
        "id": renewal.id,
        "line": renewal.line,
        "cycle": renewal.cycle,
        "plan": renewal.plan,
        "state": renewal.state.value,
        "price": to_json(renewal.price) if renewal.price else None,
        "reference": renewal.reference,
        "created_at": renewal.created_at.isoformat(),
        "updated_at": renewal.updated_at.isoformat(),
    }


def _reading(reading: Reading) -> as_json.Reading:
    return {
        "line": reading.line,
        "at": reading.at.isoformat(),
        "balance": to_json(reading.balance) if reading.balance else None,
        "expires_on": reading.expires_on.isoformat() if reading.expires_on else None,
        "days_left": reading.days_left,
        "data_left": to_json(reading.data_left) if reading.data_left else None,
        "values": dict(reading.values),
    }
