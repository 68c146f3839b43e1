"""`kigen export renewals`: records for other programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation, print_json
from runner.cli.mistake import WrongCall

if TYPE_CHECKING:
    from runner.ledger.records import Renewal

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
    with invocation(context).ledger() as ledger:
        rows = [_row(renewal) for renewal in reversed(ledger.renewals.list())]
    if as_json:
        print_json(rows)
    else:
        import csv

        writer = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "receipts": " ".join(row["receipts"])} for row in rows)
    return 0


def _row(renewal: Renewal) -> dict[str, Any]:
    price = renewal.price
    return {
        "id": renewal.id,
        "account": renewal.account,
        "line": renewal.line,
        "cycle": renewal.cycle,
        "plan": renewal.plan,
        "state": renewal.state.value,
        "amount": f"{price.amount:f}" if price else None,
        "currency": price.currency if price else None,
        "reference": renewal.reference,
        "created_at": renewal.created_at.isoformat(),
        "updated_at": renewal.updated_at.isoformat(),
        "paid_at": _paid_at(renewal),
        "receipts": list(renewal.receipts),
    }


def _paid_at(renewal: Renewal) -> str | None:
    """When the paying click came next, where it has cost money."""
    from runner.ledger.states import PAID

    if renewal.state not in PAID or renewal.committed_at is None:
        return None
    return renewal.committed_at.isoformat()
