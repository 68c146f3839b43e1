"""`kigen setup`: what flows need on this machine. The same as `python -m runner.browser.setup`."""

from __future__ import annotations

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation

app = group(COMMANDS["setup"][1])


@app.command(help=COMMANDS["setup"][1])
def setup(context: typer.Context) -> int:
    from runner.browser.setup import main

    return main(invocation(context).environment)
