"""`kigen pause ACCOUNT [LINE]`: leave lines as they are, for a while or until they are resumed."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation
from runner.cli.mistake import WrongCall

if TYPE_CHECKING:
    from runner.cli.invocation import Invocation
    from runner.config.model import Account

app = group(COMMANDS["pause"][1])

AccountName = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="As config.yaml names it.", show_default=False)
]
LineName = Annotated[
    str | None, typer.Argument(metavar="[LINE]", help="Only this one.", show_default=False)
]


@app.command(help=f"{COMMANDS['pause'][1]} What is paid and not settled is still looked after.")
def pause(
    context: typer.Context,
    account: AccountName,
    line: LineName = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="On this day it goes on.")
    ] = None,
) -> int:
    from runner.renewal.pausing import until as words

    call = invocation(context)
    found, names = named_lines(call, account, line)
    end = None if until is None else _beginning_of(until, call)
    with call.ledger() as ledger:
        made = ledger.pauses.begin(found.name, names, by="kigen pause", until=end)
    for one in made:
        print(f"{one.account}/{one.line} is paused {words(one, call.zone)}.")
    if len(names) == len(found.lines) and found.schedule is not None:
        print(f"{found.name} does not run by itself meanwhile.")
    return 0


def named_lines(call: Invocation, account: str, line: str | None) -> tuple[Account, list[str]]:
    """The account, and the line of this name or title; all of its lines where none is named.

    Raises NoSuchAccount and WrongCall.
    """
    found, _ = call.workspace.account(account)
    names = [one.name for one in found.lines if line in (None, one.name, one.title)]
    if not names:
        known = ", ".join(one.name for one in found.lines)
        raise WrongCall(f"{account} has no line `{line}`", f"its lines: {known}")
    return found, names


def _beginning_of(text: str, call: Invocation) -> datetime:
    """When a day to come begins for the owner. Raises WrongCall."""
    from runner.renewal.pausing import beginning_of

    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongCall(f"`{text}` is no date", "write it like 2027-01-31") from None
    begins = beginning_of(day, call.zone)
    if begins <= call.now():
        raise WrongCall(f"{day} has begun already", "give the day on which it goes on")
    return begins
