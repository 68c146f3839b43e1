"""`kigen export renewals` and `calendar`: what other programs read."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation, print_json
from runner.cli.mistake import WrongCall

app = group(COMMANDS["export"][1])

FIELDS = (
    "id", "account", "line", "cycle", "plan", "state", "amount", "currency", "reference",
    "created_at", "updated_at", "paid_at", "receipts",
)  # fmt: skip


@app.callback()
def export() -> None:
    pass


@app.command()
def renewals(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="As a list of JSON objects.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As a table with a head line.")] = False,
) -> int:
    """Print every renewal that was ever begun, oldest first, with the receipts below KIGEN_HOME."""
    if as_json == as_csv:
        raise WrongCall("one of --json and --csv is wanted", "kigen export renewals --csv")
    from runner.views.renewals import renewal_json

    with invocation(context).ledger() as ledger:
        rows = [renewal_json(renewal) for renewal in reversed(ledger.renewals.list())]
    if as_json:
        print_json(rows)
    else:
        import csv

        writer = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "receipts": " ".join(row["receipts"])} for row in rows)
    return 0


@app.command()
def calendar(context: typer.Context) -> int:
    """Print last days and planned renewals as an iCalendar file: what `serve` offers to subscribe to."""
    call = invocation(context)
    from runner.schedule.forecast import Known
    from runner.web.calendar_made import calendar_of, hour_of

    workspace = call.workspace
    accounts = [(one, site.flow) for one, site in map(workspace.account, workspace.account_names)]
    with call.ledger() as ledger:
        file = calendar_of(workspace, accounts, Known.of(ledger), hour_of(call.now()), call.zone)
    sys.stdout.flush()
    sys.stdout.buffer.write(file)  # its encoding and line ends are the format's, not the terminal's
    return 0
