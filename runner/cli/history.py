"""`kigen history ACCOUNT [LINE]`: runs, readings and renewals, with curves of what was read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation, print_json
from runner.cli.options import Json

if TYPE_CHECKING:
    from runner.views.past import Past

app = group(COMMANDS["history"][1])


@app.command(help=COMMANDS["history"][1])
def history(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT")],
    line: Annotated[str | None, typer.Argument(metavar="LINE", show_default=False)] = None,
    days: Annotated[int, typer.Option("--days", min=1, help="How far to look back.")] = 90,
    as_json: Json = False,
) -> int:
    call = invocation(context)
    from runner.views.past import past

    with call.ledger() as ledger:
        found = past(call.workspace, ledger, account, line, call.now() - timedelta(days=days))
    if as_json:
        print_json(found.to_json())
    else:
        print("\n\n".join(_parts(found, call, call.zone)))
    return 0


def _parts(found: Past, call: Invocation, zone: ZoneInfo) -> list[str]:
    """What there is to show, each part a block of lines."""
    parts = [_runs(found, call, zone) if found.runs else f"No run of {found.account} in this time."]
    if found.renewals:
        parts.append(_renewals(found, call, zone))
    for name in found.readings:
        parts.append(_readings(found, name, call, zone))
        parts += _curves(found, name)
    return parts


def _runs(found: Past, call: Invocation, zone: ZoneInfo) -> str:
    from runner.cli.summary import WORDS
    from runner.cli.table import Cell, Column, room_of, table
    from runner.renewal.outcome import EXIT_CODES

    columns = [
        Column("run"),
        Column("by"),
        Column("outcome"),
        Column("took", right=True, rank=1),
        Column("message", least=10, rank=2),
    ]
    rows: list[list[str | Cell]] = []
    for run in found.runs[:SHOWN]:
        code = EXIT_CODES[run.outcome] if run.outcome else 1
        rows.append(
            [
                f"{run.started_at.astimezone(zone):%Y-%m-%d %H:%M}",
                run.trigger,
                Cell(
                    WORDS[run.outcome] if run.outcome else "not ended",
                    "good" if code == 0 else "warn" if code in (5, 6) else "bad",
                ),
                "–" if run.seconds is None else f"{run.seconds:.0f} s",
                run.message or "",
            ]
        )
    return table(columns, rows, room=room_of(), color=call.color)


def _renewals(found: Past, call: Invocation, zone: ZoneInfo) -> str:
    from runner.cli.table import Column, room_of, table

    columns = [
        Column("renewal"),
        Column("line", least=10, rank=3),
        Column("cycle", least=10, rank=2),
        Column("plan", least=8, rank=1),
        Column("price", right=True),
        Column("state"),
        Column("receipt", least=8, rank=4),
    ]
    rows = [
        [
            f"{one.created_at.astimezone(zone):%Y-%m-%d %H:%M}",
            one.line,
            one.cycle,
            one.plan,
            str(one.price or "–"),
            one.state.value,
            one.reference or "–",
        ]
        for one in found.renewals
    ]
    return table(columns, rows, room=room_of(), color=call.color)


def _readings(found: Past, line: str, call: Invocation, zone: ZoneInfo) -> str:
    from runner.cli.table import Column, room_of, table

    columns = [
        Column(f"readings of {line}", least=16),
        Column("balance", right=True),
        Column("data left", right=True, rank=2),
        Column("expires on", rank=1),
        Column("days", right=True),
    ]
    rows = [
        [
            f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}",
            str(one.balance or "–"),
            str(one.data_left or "–"),
            str(one.expires_on or "–"),
            "–" if one.days_left is None else str(one.days_left),
        ]
        for one in reversed(found.readings[line][-SHOWN:])
    ]
    return table(columns, rows, room=room_of(), color=call.color)


def _curves(found: Past, line: str) -> list[str]:
    from runner.cli.chart import chart
    from runner.cli.table import room_of

    room = room_of() or 80
    readings = found.readings[line]
    money = [(one.at, one.balance) for one in readings if one.balance is not None]
    left = [(one.at, float(one.days_left)) for one in readings if one.days_left is not None]
    curves = []
    if len(money) > 1:
        currency = money[-1][1].currency
        points = [(at, float(m.amount)) for at, m in money if m.currency == currency]
        curves.append("\n".join(chart(f"balance of {line}", points, room, f" {currency}")))
    if len(left) > 1:
        curves.append("\n".join(chart(f"days left of {line}", left, room)))
    return curves


SHOWN = 20
"""Runs and readings in a table; `--json` has all of the time that was asked for."""
