"""`kigen serve`: runs every account when its time has come, until it is told to stop."""

from __future__ import annotations

import gc
import sys

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation

app = group(COMMANDS["serve"][1])


@app.command(help=COMMANDS["serve"][1])
def serve(context: typer.Context) -> int:
    call = invocation(context)
    from runner.cli.daemon import Daemon
    from runner.cli.logs import set_up
    from runner.cli.one_heap import one_heap

    settings = call.workspace.config.logs
    shown = "info" if call.level == "warning" else call.level
    set_up(call.home.logs, call.redactor, shown=shown, written=settings.level, keep=settings.keep)
    gc.freeze()
    gc.set_threshold(2_000, 10, 10)  # unlike a command, it stays: garbage must not pile up
    one_heap()
    Daemon(call.workspace, call.home, call.redactor).serve()
    if not call.quiet:
        print("stopped in good order", file=sys.stderr)
    return 0
