"""`kigen renewed LINE --until DATE`: the owner's word on a line that has no site."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation
from runner.cli.mistake import WrongCall

if TYPE_CHECKING:
    from runner.config.model import Account, Line

app = group(COMMANDS["renewed"][1])


@app.command(help=COMMANDS["renewed"][1])
def renewed(
    context: typer.Context,
    line: Annotated[str, typer.Argument(metavar="LINE", help="The line, as config.yaml names it.")],
    until: Annotated[
        str, typer.Option("--until", metavar="DATE", help="Its last day: 2027-01-31.")
    ],
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="Where several have this line.")
    ] = None,
) -> int:
    from runner.renewal.by_owner import note

    call = invocation(context)
    owner, found = _line(call, line, account)
    now = call.now()
    today = now.astimezone(call.zone).date()
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise WrongCall(f"`{until}` is no date", "write it like 2027-01-31") from None
    if day < today:
        raise WrongCall(f"{day} is over already", "give the day until which the line lasts now")
    with call.ledger() as ledger:
        run = ledger.runs.start(
            owner.name, owner.flow, trigger="owner", deadline_at=now, read_only=True
        )
        note(ledger, owner, found, day, today, run)
        message = f"{found.name} lasts until {day}, by the owner's word"
        ends = {found.name: ("read_only", message)}
        ledger.runs.end(run.id, outcome="read_only", message=message, lines=ends)
    print(
        f"Noted: {found.title or found.name} lasts until {day}, {(day - today).days} days from now."
    )
    return 0


def _line(call: Invocation, name: str, account: str | None) -> tuple[Account, Line]:
    """The one line of this name that has no site. Raises WrongCall."""
    workspace = call.workspace
    there = [
        (owner, line)
        for owner in workspace.accounts.values()
        for line in owner.lines
        if name in (line.name, line.title) and account in (None, owner.name)
    ]
    if not there:
        raise WrongCall(f"there is no line `{name}`", "`kigen status` shows them all")
    if len(there) > 1:
        names = ", ".join(owner.name for owner, _ in there)
        raise WrongCall(f"several accounts have a line `{name}`: {names}", "add `--account NAME`")
    owner, line = there[0]
    if workspace.account(owner.name)[1].flow.kept_by != "owner":
        raise WrongCall(
            f"`{name}` is read at its provider's site, so your word is not needed",
            f"kigen run flow {owner.flow} --read-only",
        )
    return owner, line
