"""What the API tells: the same as `--json` does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from runner.config.notify import NAME
from runner.ledger.records import OUTCOMES, Run
from runner.ledger.states import State
from runner.views import as_json
from runner.views.coming import days_ahead, next_runs, plan_json, turn_json
from runner.views.inbox import what_waits
from runner.views.lines import lines_now
from runner.views.past import past, run_json
from runner.views.renewals import renewal_json
from runner.views.setup import settings_json
from runner.views.waiting import waits_json, wish_json
from runner.web.api_problems import Kind
from runner.web.openapi import PATTERNS, Asked, Operation, Query

if TYPE_CHECKING:
    from runner.web.desk import Desk


def _digits(value: Any) -> Any:
    """Whole numbers as everybody writes them: not 1_0, +1, 1.0 or Arabic digits."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) < 10):
        raise ValueError("a whole number is wanted")
    return value


Whole = Annotated[int, BeforeValidator(_digits)]
AccountName = Annotated[str, Field(pattern=NAME)]
RunOrRenewal = Annotated[str, Field(pattern=PATTERNS["id"])]
OutcomeName = Annotated[
    str, Field(pattern=f"^({'|'.join(OUTCOMES)})$", json_schema_extra={"enum": list(OUTCOMES)})
]
LineName = Annotated[str, Field(min_length=1, max_length=200)]


class PastQuery(Query):
    """Which part of an account's past."""

    line: LineName | None = Field(None, description="Only this line.")
    days: Whole = Field(90, ge=1, le=3660, description="How far to look back.")


class PageQuery(Query):
    """A part of a long list, newest first."""

    account: AccountName | None = Field(None, description="Only of this account.")
    limit: Whole = Field(50, ge=1, le=500, description="How many.")
    before: RunOrRenewal | None = Field(
        None, description="Those that come after this one in the list: what `next` said."
    )


class RunsQuery(PageQuery):
    """Which runs."""

    outcome: OutcomeName | None = Field(None, description="Only those that ended so.")


class RenewalsQuery(PageQuery):
    """Which renewals."""

    line: LineName | None = Field(None, description="Only of this line.")
    state: State | None = Field(None, description="Only those in this state.")


class ScheduleQuery(Query):
    """Which runs to come."""

    account: AccountName | None = Field(None, description="Only of this account.")
    count: Whole = Field(10, ge=1, le=1000, description="How many.")


class PlanQuery(Query):
    """Which days to come."""

    account: AccountName | None = Field(None, description="Only of this account.")
    days: Whole = Field(
        90, ge=1, le=400, description="How far ahead. Of many lines, far ahead takes seconds."
    )


class Runs(TypedDict):
    """A part of all runs, newest first."""

    runs: list[as_json.AnyRun]
    next: Annotated[str | None, Field(description="To be asked for as `before`; null: the end.")]


class Renewals(TypedDict):
    """A part of all renewals, newest first."""

    renewals: list[as_json.Renewal]
    next: Annotated[str | None, Field(description="To be asked for as `before`; null: the end.")]


def _lines(desk: Desk, _: Asked) -> Sequence[as_json.Line]:
    found = lines_now(desk.workspace, desk.ledger, desk.clock(), desk.zone)
    return [line.to_json() for line in found]


def _past(desk: Desk, asked: Asked) -> as_json.Past:
    query: PastQuery = asked.query
    since = desk.clock() - timedelta(days=query.days)
    return past(desk.workspace, desk.ledger, asked.path["account"], query.line, since).to_json()


def _runs(desk: Desk, asked: Asked) -> Runs:
    query: RunsQuery = asked.query
    found = desk.ledger.runs.list(
        query.account, outcome=query.outcome, before=query.before, limit=query.limit + 1
    )
    shown = found[: query.limit]
    return {
        "runs": [_any_run(run) for run in shown],
        "next": shown[-1].id if len(found) > query.limit else None,
    }


def _run(desk: Desk, asked: Asked) -> as_json.AnyRun:
    return _any_run(desk.ledger.runs.get(asked.path["id"]))


def _any_run(run: Run) -> as_json.AnyRun:
    return {"account": run.account, **run_json(run)}


def _renewals(desk: Desk, asked: Asked) -> Renewals:
    query: RenewalsQuery = asked.query
    states = None if query.state is None else (query.state,)
    found = desk.ledger.renewals.list(query.account, query.line, states)
    if query.before is not None:
        found = [one for one in found if one.id < query.before]  # ids sort by their time
    shown = found[: query.limit]
    return {
        "renewals": [renewal_json(one) for one in shown],
        "next": shown[-1].id if len(found) > query.limit else None,
    }


def _renewal(desk: Desk, asked: Asked) -> as_json.Renewal:
    return renewal_json(desk.ledger.renewals.get(asked.path["id"]))


def _schedule(desk: Desk, asked: Asked) -> Sequence[as_json.Turn]:
    query: ScheduleQuery = asked.query
    found = next_runs(
        desk.workspace, desk.ledger, desk.clock(), desk.zone, query.count, query.account
    )
    return [turn_json(entry) for entry in found]


def _plan(desk: Desk, asked: Asked) -> as_json.Plan:
    query: PlanQuery = asked.query
    now, zone = desk.clock(), desk.zone
    until = now + timedelta(days=query.days)
    accounts = () if query.account is None else (query.account,)
    found = days_ahead(desk.workspace, desk.ledger, now, until, zone, accounts)
    return plan_json(found, now, until, zone)


def _inbox(desk: Desk, _: Asked) -> as_json.Waits:
    return waits_json(what_waits(desk.workspace, desk.ledger, desk.home, desk.clock()))


def _settings(desk: Desk, _: Asked) -> as_json.SettingsInForce:
    desk.settings.refresh()
    return settings_json(desk.settings)


def _wish(desk: Desk, asked: Asked) -> as_json.Wish:
    return wish_json(desk.ledger.wishes.get(asked.path["id"]))


READS = (
    Operation(
        "lines", "GET", "/lines", "Every line, those in danger first: `kigen status`.",
        list[as_json.Line], _lines,
    ),
    Operation(
        "history", "GET", "/accounts/{account}/history",
        "Runs, renewals and readings of an account: `kigen history`.",
        as_json.Past, _past, PastQuery,
    ),
    Operation("runs", "GET", "/runs", "Runs, newest first.", Runs, _runs, RunsQuery),
    Operation("run", "GET", "/runs/{id}", "One run.", as_json.AnyRun, _run),
    Operation(
        "renewals", "GET", "/renewals",
        "Renewals, newest first: `kigen export renewals`.",
        Renewals, _renewals, RenewalsQuery,
    ),
    Operation("renewal", "GET", "/renewals/{id}", "One renewal.", as_json.Renewal, _renewal),
    Operation(
        "schedule", "GET", "/schedule", "The next runs: `kigen schedule`.",
        list[as_json.Turn], _schedule, ScheduleQuery, problems=(Kind.NOT_FOUND,),
    ),
    Operation(
        "plan", "GET", "/plan", "What will be done, and what it will cost: `kigen plan`.",
        as_json.Plan, _plan, PlanQuery, problems=(Kind.NOT_FOUND,),
    ),
    Operation("inbox", "GET", "/inbox", "What waits for its owner.", as_json.Waits, _inbox),
    Operation(
        "settings", "GET", "/settings",
        "Which version of config.yaml and the flows holds, and what is wrong with the files.",
        as_json.SettingsInForce, _settings,
    ),
    Operation(
        "wish", "GET", "/wishes/{id}", "A run that was asked for.", as_json.Wish, _wish,
    ),
)  # fmt: skip
