"""`kigen try FLOW`: the field test. It signs in, looks, changes nothing, and leaves a bundle to share."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation
from runner.cli.options import Headed, JsonAlone

app = group(COMMANDS["try"][1])


@app.command(help=f"{COMMANDS['try'][1]} Nothing is renewed, changed or paid.")
def try_(
    context: typer.Context,
    flow: Annotated[str, typer.Argument(metavar="FLOW", help="A flow, or an account.")],
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="With this account.")
    ] = None,
    headed: Headed = False,
    as_json: JsonAlone = False,
) -> int:
    from runner.cli.run import Request, run_accounts

    return run_accounts(
        replace(
            Request.of(invocation(context)),
            flows=(flow,),
            account=account,
            field_test=True,
            read_only=True,
            headed=headed,
            as_json=as_json,
        )
    )
