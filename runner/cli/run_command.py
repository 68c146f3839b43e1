"""`kigen run flow NAME…`, `kigen run all`, `kigen run due`."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation

app = group(COMMANDS["run"][1])

Account = Annotated[
    str | None, typer.Option("--account", metavar="NAME", help="Only this account.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Stop right before a payment, with a picture of the page.")
]
ReadOnly = Annotated[bool, typer.Option("--read-only", help="Read, and renew nothing.")]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browser's window.")]
Trace = Annotated[bool, typer.Option("--trace", help="Keep a trace of the browser.")]
Json = Annotated[bool, typer.Option("--json", help="Print the whole outcome as JSON, alone.")]


@app.command("flow")
def one(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Flows, or accounts.")],
    account: Account = None,
    dry_run: DryRun = False,
    read_only: ReadOnly = False,
    headed: Headed = False,
    trace: Trace = False,
    as_json: Json = False,
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
    as_json: Json = False,
) -> int:
    """Play all accounts of the workspace."""
    return _play(context, (), None, dry_run, read_only, headed, trace, as_json)


@app.command("due")
def due(
    context: typer.Context,
    account: Account = None,
    dry_run: DryRun = False,
    read_only: ReadOnly = False,
    headed: Headed = False,
    trace: Trace = False,
    as_json: Json = False,
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
    call = invocation(context)
    folder = call.folder
    from runner.cli.run import Request, run_accounts

    return run_accounts(
        Request(
            workspace=folder,
            home=call.home,
            redactor=call.redactor,
            flows=flows,
            account=account,
            due=due,
            dry_run=dry_run,
            read_only=read_only,
            headed=headed,
            trace=trace,
            as_json=as_json,
            quiet=call.quiet,
            level=call.level,
        )
    )
