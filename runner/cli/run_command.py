"""`kigen run flow NAME…`, `kigen run all`, `kigen run due`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation
from runner.cli.options import Headed, JsonAlone, OneAccount

app = group(COMMANDS["run"][1])

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Stop right before a payment, with a picture of the page.")
]
ReadOnly = Annotated[bool, typer.Option("--read-only", help="Read, and renew nothing.")]
Trace = Annotated[bool, typer.Option("--trace", help="Keep a trace of the browser.")]


@app.command("flow")
def one(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Flows, or accounts.")],
    account: OneAccount = None,
    dry_run: DryRun = False,
    read_only: ReadOnly = False,
    headed: Headed = False,
    trace: Trace = False,
    as_json: JsonAlone = False,
) -> int:
    """Play these flows for the accounts that use them."""
    return _play(context, tuple(names), account, dry_run, read_only, headed, trace, as_json)


@app.command("all")
def everything(
    context: typer.Context,
    dry_run: DryRun = False,
    read_only: ReadOnly = False,
    headed: Headed = False,
    trace: Trace = False,
    as_json: JsonAlone = False,
) -> int:
    """Play all accounts of the workspace."""
    return _play(context, (), None, dry_run, read_only, headed, trace, as_json)


@app.command("due")
def due(
    context: typer.Context,
    account: OneAccount = None,
    dry_run: DryRun = False,
    read_only: ReadOnly = False,
    headed: Headed = False,
    trace: Trace = False,
    as_json: JsonAlone = False,
) -> int:
    """Play the accounts whose time has come by their schedule; fit for cron."""
    return _play(context, (), account, dry_run, read_only, headed, trace, as_json, due=True)


def _play(
    context: typer.Context,
    flows: tuple[str, ...],
    account: str | None,
    dry_run: bool,
    read_only: bool,
    headed: bool,
    trace: bool,
    as_json: bool,
    *,
    due: bool = False,
) -> int:
    from runner.cli.run import Request, run_accounts

    return run_accounts(
        replace(
            Request.of(invocation(context)),
            flows=flows,
            account=account,
            due=due,
            dry_run=dry_run,
            read_only=read_only,
            headed=headed,
            trace=trace,
            as_json=as_json,
        )
    )
