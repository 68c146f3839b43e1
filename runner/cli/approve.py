"""`kigen approve ID`: the owner's word that a planned renewal may be paid."""

from __future__ import annotations

from typing import Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation
from runner.cli.mistake import WrongCall

app = group(COMMANDS["approve"][1])


@app.command(help=f"{COMMANDS['approve'][1]} It is paid by the account's next run.")
def approve(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="As the run or `kigen status` names it.")],
    refuse: Annotated[
        bool, typer.Option("--refuse", help="Say no: nothing is paid, and you are left in peace.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Kept in the ledger.")
    ] = None,
) -> int:
    from runner.cli.waiting import waiting_renewal
    from runner.ledger.states import State
    from runner.renewal import approval

    reason = (f"{'refused' if refuse else 'approved'} by the owner") if reason is None else reason
    if not reason.strip():
        raise WrongCall("the reason is empty", "leave --reason out, or say why")
    call = invocation(context)
    with call.ledger() as ledger:
        found = waiting_renewal(ledger, id, {State.PLANNED}, "it does not wait for approval")
        if approval.is_late(found, call.now()):
            raise WrongCall(
                f"the approval of `{id}` comes too late: nothing was paid for it",
                f"`kigen run flow {found.account}` asks anew, with the price of today",
            )
        if refuse:
            renewal = approval.refuse(ledger, found, reason, "kigen approve")
        else:
            renewal = approval.approve(ledger, found, reason, "kigen approve", call.now())
    price = f" for {renewal.price}" if renewal.price and not renewal.free else ""
    if refuse:
        print(f"Refused: {renewal.account}/{renewal.line}, {renewal.plan}{price}. Nothing is paid.")
        return 0
    print(f"Approved: {renewal.account}/{renewal.line}, {renewal.plan}{price}.")
    does = "does it" if renewal.free else "pays it, for no more than that"
    print(f"`kigen run flow {renewal.account}` or `kigen run due` {does}.")
    return 0
