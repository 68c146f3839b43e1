"""`kigen version`."""

from __future__ import annotations

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.version import text

app = group(COMMANDS["version"][1])


@app.command(help=COMMANDS["version"][1])
def version() -> int:
    print(text())
    return 0
