"""`kigen plan`: what will be done with every line, when, and what it will cost."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation, print_json
from runner.cli.options import Json

if TYPE_CHECKING:
    from runner.schedule.ahead import Action
    from runner.schedule.forecast import Forecast

app = group(COMMANDS["plan"][1])
_WORDS = {
    "renew": "renew",
    "approve": "renew, once you approve",
    "by hand": "renew, when you run it",
    "remind": "remind you",
    "needs you": "needs you",
    "ends": "ends",
}


@app.command(help=COMMANDS["plan"][1])
def plan(
    context: typer.Context,
    accounts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ACCOUNT]…", help="Only these.", show_default=False),
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3660, help="How far ahead.")] = 400,
    as_json: Json = False,
) -> int:
    call = invocation(context)
    from runner.views.coming import days_ahead, plan_json

    now = call.now()
    until = now + timedelta(days=days)
    with call.ledger() as ledger:
        found = days_ahead(call.workspace, ledger, now, until, call.zone, accounts or ())
    if as_json:
        print_json(plan_json(found, now, until, call.zone))
        return 0
    if found.actions:
        print(_table(found.actions, call, call.zone))
        print(*_totals(found, call.zone), sep="\n")
    else:
        print(f"Nothing is to be done in the next {days} days, by all that is known.")
    if not call.quiet:
        for note in found.notes:
            print(f"{note.account}/{note.line}: {note.message}", file=sys.stderr)
    return 0


def _table(actions: list[Action], call: Invocation, zone: ZoneInfo) -> str:
    from runner.cli.table import Cell, Column, room_of, table

    columns = [
        Column("when"),
        Column("account", least=12),
        Column("line", least=12),
        Column("what", least=16),
        Column("cost", right=True),
        Column("then lasts until", rank=1),
        Column("details", least=12, rank=2),
    ]
    styles = {"ends": "bad", "needs you": "warn", "remind": "warn", "by hand": "warn"}
    rows: list[list[str | Cell]] = [
        [
            f"{action.at.astimezone(zone):%Y-%m-%d %H:%M}",
            action.account,
            action.title or action.line,
            Cell(_WORDS[action.what], styles.get(action.what, "")),
            str(action.price) if action.price is not None else "–",
            action.until.isoformat() if action.until else "–",
            action.message,
        ]
        for action in actions
    ]
    return table(columns, rows, room=room_of(), color=call.color)


def _totals(found: Forecast, zone: ZoneInfo) -> list[str]:
    """What each month costs, and all of them."""
    months = found.totals(zone)
    sums: dict[str, Any] = {}
    for (_, currency), price in months.items():
        sums[currency] = sums[currency] + price if currency in sums else price
    rows = [f"  {month}  {price}" for (month, _), price in sorted(months.items())]
    return (
        ["", "Costs by month:", *rows, f"  in all   {', '.join(map(str, sums.values()))}"]
        if rows
        else []
    )
