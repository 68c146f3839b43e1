"""`kigen settle ID charged|not-charged`: the owner's word on a payment that nobody else can tell."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation
from runner.cli.mistake import WrongCall

app = group(COMMANDS["settle"][1])


class Word(StrEnum):
    """How it ended."""

    CHARGED = "charged"
    NOT_CHARGED = "not-charged"


@app.command(help=COMMANDS["settle"][1])
def settle(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="As `kigen status` names it.")],
    word: Annotated[Word, typer.Argument(help="Whether it has cost money.")],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Kept in the ledger.")
    ] = "the owner's word",
) -> int:
    from runner.cli.waiting import waiting_renewal
    from runner.ledger.states import State

    if not reason.strip():
        raise WrongCall("the reason is empty", "leave --reason out, or say why")
    to = State.CHARGED if word is Word.CHARGED else State.NOT_CHARGED
    with invocation(context).ledger() as ledger:
        waiting_renewal(ledger, id, State.UNKNOWN, "there is nothing to settle")
        renewal = ledger.renewals.move(id, to, reason=reason)
    after = (
        "the next run looks for the proof"
        if word is Word.CHARGED
        else "the line may be renewed again"
    )
    print(f"Settled: {renewal.account}/{renewal.line} is {renewal.state}; {after}.")
    return 0
