"""`kigen try FLOW`: the field test. It signs in, looks, changes nothing, and leaves a bundle to share."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation

app = group(COMMANDS["try"][1])


@app.command(help=f"{COMMANDS['try'][1]} Nothing is renewed, changed or paid.")
def try_(
    context: typer.Context,
    flow: Annotated[str, typer.Argument(metavar="FLOW", help="A flow, or an account.")],
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="With this account.")
    ] = None,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser's window.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the whole outcome as JSON, alone.")
    ] = False,
) -> int:
    call = invocation(context)
    folder = call.folder
    from runner.cli.run import Request, run_accounts

    return run_accounts(
        Request(
            workspace=folder,
            home=call.home,
            redactor=call.redactor,
            flows=(flow,),
            account=account,
            field_test=True,
            read_only=True,
            headed=headed,
            as_json=as_json,
            quiet=call.quiet,
            level=call.level,
        )
    )
