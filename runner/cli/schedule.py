"""`kigen schedule`: the next runs; `kigen schedule install`: have them started without a daemon."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation, print_json
from runner.cli.options import Json, OneAccount

if TYPE_CHECKING:
    from runner.schedule.agenda import Entry

app = group(COMMANDS["schedule"][1])
_WORDS = {
    "asked": "you asked for it",
    "due": "by its schedule",
    "approved": "pay what you approved",
    "look": "look again",
}


class By(StrEnum):
    """What starts `kigen run due` again and again."""

    SYSTEMD = "systemd"
    CRON = "cron"
    LAUNCHD = "launchd"
    GITHUB_ACTIONS = "github-actions"


@app.callback(help=COMMANDS["schedule"][1], invoke_without_command=True, no_args_is_help=False)
def schedule(
    context: typer.Context,
    count: Annotated[int, typer.Option("--count", min=1, max=1000, help="How many runs.")] = 10,
    account: OneAccount = None,
    as_json: Json = False,
) -> int:
    if context.invoked_subcommand is not None:
        return 0
    call = invocation(context)
    from runner.schedule.agenda import Standing, coming
    from runner.views.coming import turn_json

    workspace, now, zone = call.workspace, call.now(), call.zone
    names = workspace.account_names if account is None else (account,)
    accounts = [(one, site.flow) for one, site in map(workspace.account, names)]
    with call.ledger() as ledger:
        standing = Standing.of(ledger, accounts, now)
    entries = coming(accounts, standing, now, zone, count)
    if as_json:
        print_json([turn_json(entry) for entry in entries])
    elif entries:
        print(_table(entries, call, now, zone))
    else:
        print("Nothing runs by itself: no account has a `schedule`, and no renewal waits.")
    if not call.quiet and not as_json:
        for one, _ in accounts:
            if one.schedule is None:
                print(f"{one.name} has no schedule: it runs by hand only", file=sys.stderr)
            elif (resumes := standing.resumes(one)) is not None and resumes > now:
                print(f"{one.name} is paused {_until(resumes, zone)}", file=sys.stderr)
    return 0


@app.command()
def install(
    context: typer.Context,
    by: Annotated[By, typer.Argument(help="What starts it.", show_default=False)],
    serve: Annotated[
        bool, typer.Option("--serve", help="Keep `kigen serve` running instead of `run due`.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write the files to where they belong.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Write them into this folder.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> int:
    """Print what has the due accounts run without a daemon; or write it, with `--write`."""
    from runner.cli.units import Program, units, written

    call = invocation(context)
    program = Program(sys.executable, call.folder, call.home.folder)
    made = units(by.value, program, serve=serve)
    if not write and to is None:
        print(made.text(), end="")
    else:
        for file in written(made, to, force=force):
            print(f"written: {file}", file=sys.stderr)
    if not call.quiet:
        print(made.next_step, file=sys.stderr)
    return 0


def _table(entries: list[Entry], call: Invocation, now: datetime, zone: ZoneInfo) -> str:
    from runner.cli.table import Cell, Column, room_of, table

    columns = [
        Column("when"),
        Column("account", least=12),
        Column("why"),
        Column("at the provider", rank=2),
        Column("first end", rank=1),
    ]
    rows: list[list[str | Cell]] = []
    for entry in entries:
        there = entry.at.astimezone(ZoneInfo(entry.flow.timezone))
        rows.append(
            [
                "now" if entry.at <= now else f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
                entry.account.name,
                _WORDS[entry.why],
                f"{there:%m-%d %H:%M} {there.tzname()}" if entry.flow.kept_by == "site" else "–",
                entry.end.isoformat() if entry.end else "–",
            ]
        )
    return table(columns, rows, room=room_of(), color=call.color)


def _until(resumes: datetime, zone: ZoneInfo) -> str:
    from runner.schedule.agenda import NEVER

    if resumes == NEVER:
        return "until you resume it"
    return f"until {resumes.astimezone(zone):%Y-%m-%d %H:%M}"
