"""`kigen resolve ID --charged | --not-charged`: the owner's word on what nobody else can tell."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation
from runner.cli.mistake import WrongCall

app = group(COMMANDS["resolve"][1])


@app.command(help=COMMANDS["resolve"][1])
def resolve(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="As `kigen status` names it.")],
    charged: Annotated[bool, typer.Option("--charged", help="It has cost money.")] = False,
    not_charged: Annotated[
        bool, typer.Option("--not-charged", help="It has cost nothing, or the money came back.")
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Kept in the ledger.")
    ] = "the owner's word",
) -> int:
    from runner.cli.waiting import waiting_renewal
    from runner.ledger.states import State
    from runner.renewal.resolution import RESOLVABLE
    from runner.renewal.resolution import resolve as settle

    if charged == not_charged:
        raise WrongCall(
            "one of --charged and --not-charged is wanted", f"kigen resolve {id} --not-charged"
        )
    if not reason.strip():
        raise WrongCall("the reason is empty", "leave --reason out, or say why")
    with invocation(context).ledger() as ledger:
        found = waiting_renewal(ledger, id, RESOLVABLE, "there is nothing to resolve")
        renewal = settle(ledger, found, charged=charged, reason=reason, by="kigen resolve")
    after = {
        State.CHARGED: "the next run looks for what was paid for",
        State.CONFIRMED: "the next run looks for what was paid for",
        State.VERIFIED: "its need counts as met",
    }.get(renewal.state, "the line may be renewed again")
    print(f"Resolved: {renewal.account}/{renewal.line} is {renewal.state}; {after}.")
    return 0
