"""`kigen resume ACCOUNT [LINE]`: end the pause of lines."""

from __future__ import annotations

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation
from runner.cli.pause import AccountName, LineName, named_lines

app = group(COMMANDS["resume"][1])


@app.command(help=COMMANDS["resume"][1])
def resume(context: typer.Context, account: AccountName, line: LineName = None) -> int:
    call = invocation(context)
    found, names = named_lines(call, account, line)
    with call.ledger() as ledger:
        ended = ledger.pauses.end(found.name, names, by="kigen resume")
    for name in ended:
        print(f"{found.name}/{name} goes on.")
    if not ended:
        print("Nothing was paused there.")
    return 0
