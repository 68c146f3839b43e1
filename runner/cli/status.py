"""`kigen status`: every line at a glance, those in danger first."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation, print_json
from runner.cli.options import Json

if TYPE_CHECKING:
    from runner.cli.table import Cell
    from runner.ledger.ledger import Ledger
    from runner.views.lines import LineNow

app = group(COMMANDS["status"][1])


@app.command(help=COMMANDS["status"][1])
def status(context: typer.Context, as_json: Json = False) -> int:
    call = invocation(context)
    from runner.views.lines import lines_now

    now, zone = call.now(), call.zone
    with call.ledger() as ledger:
        lines = lines_now(call.workspace, ledger, now, zone)
        if as_json:
            print_json([line.to_json() for line in lines])
            return 0
        notes = [*_renewals(lines), *_letters(ledger)]
    if lines:
        print(_table(lines, call, now, zone))
    else:
        print(f"No accounts in {call.folder / 'config.yaml'} yet.")
    if not call.quiet:
        print(*notes, sep="\n", end="\n" if notes else "", file=sys.stderr)
    return 0


def _table(lines: list[LineNow], call: Invocation, now: datetime, zone: ZoneInfo) -> str:
    from runner.cli.table import Cell, Column, room_of, table

    columns = [
        Column("account", least=12),
        Column("line", least=12),
        Column("days", right=True),
        Column("state"),
        Column("balance", right=True, rank=1),
        Column("data left", right=True, rank=2),
        Column("last run", least=11, rank=3),
        Column("next run", rank=4),
    ]
    rows: list[list[str | Cell]] = []
    for one in lines:
        read, style = one.reading, one.danger.style
        rows.append(
            [
                one.account.name,
                one.line.title or one.line.name,
                Cell("–" if one.days_left is None else str(one.days_left), style),
                Cell(_state(one, zone), style),
                str(read.balance) if read and read.balance is not None else "–",
                str(read.data_left) if read and read.data_left is not None else "–",
                _last_run(one, zone),
                _next_run(one, now, zone),
            ]
        )
    return table(columns, rows, room=room_of(), color=call.color)


def _state(one: LineNow, zone: ZoneInfo) -> str:
    from runner.renewal.pausing import until

    return one.danger.word if one.paused is None else f"paused {until(one.paused, zone)}"


def _last_run(one: LineNow, zone: ZoneInfo) -> str:
    from runner.cli.summary import WORDS

    run = one.last_run
    if run is None:
        return "–"
    outcome = WORDS[run.outcome] if run.outcome else "not ended"
    return f"{run.started_at.astimezone(zone):%m-%d %H:%M} {outcome}"


def _next_run(one: LineNow, now: datetime, zone: ZoneInfo) -> str:
    if one.next_run is None:
        return "by hand"
    return "due" if one.next_run <= now else f"{one.next_run.astimezone(zone):%m-%d %H:%M}"


def _renewals(lines: list[LineNow]) -> Iterator[str]:
    """Renewals on which somebody has to act."""
    from runner.ledger.states import State

    for one in lines:
        renewal = one.renewal
        if renewal is None:
            continue
        text = f"{one.account.name}/{one.line.name}: the renewal for {renewal.cycle} is "
        if renewal.state is State.PLANNED:
            yield f"{text}planned; `kigen approve {renewal.id}` lets it be paid"
        elif renewal.state is State.UNKNOWN:
            yield f"{text}unknown; `kigen resolve {renewal.id} …` says how it ended"
        else:
            yield f"{text}{renewal.state}"


def _letters(ledger: Ledger) -> Iterator[str]:
    lost = len(ledger.outbox.list(("given_up",)))
    if lost:
        yield f"messages that could not be delivered: {lost} (`kigen notify outbox`)"
