"""`kigen voucher`: the stock of prepaid codes that renewals are paid with."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation, print_json
from runner.cli.mistake import WrongCall
from runner.cli.options import Json
from runner.values.money import Money
from runner.values.secret import Secret

if TYPE_CHECKING:
    from runner.ledger.ledger import Ledger
    from runner.ledger.records import Voucher
    from runner.ledger.states import VoucherState
    from runner.renewal.vouchers import Stock

app = group(COMMANDS["voucher"][1])

Flow = Annotated[str, typer.Argument(metavar="FLOW", help="The flow that enters them.")]


@app.command()
def add(
    context: typer.Context,
    flow: Flow,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="What each is worth: `3000 JPY`.")],
) -> int:
    """Put codes into stock: typed unseen at the terminal, or one a line on standard input."""
    from runner.renewal.vouchers import KnownCode, NoCode, shown

    call = invocation(context)
    if flow not in call.workspace.library.names():
        raise WrongCall(f"there is no flow `{flow}`", "`kigen flows list` shows them")
    try:
        money = Money.parse(value)
    except ValueError:
        raise WrongCall(f"`{value}` is no amount", "write it like `3000 JPY`") from None
    if money.amount <= 0:
        raise WrongCall("a voucher is worth more than nothing", "write it like `3000 JPY`")
    added, refused = 0, 0
    with call.ledger() as ledger:
        stock = _stock(call, ledger)
        for code in _codes():
            try:
                voucher = stock.add(flow, money, code)
            except (KnownCode, NoCode) as error:
                refused += 1
                print(f"Not taken: {error}.", file=sys.stderr)
            else:
                added += 1
                print(f"In stock: {shown(voucher)}, {money} for {flow}.")
    if not added and not refused:
        raise WrongCall("no code was given", "type them, or give one a line on standard input")
    return 1 if refused else 0


@app.command("list")
def list_(context: typer.Context, as_json: Json = False) -> int:
    """Show what is in stock and what became of each; never a whole code."""
    call = invocation(context)
    with call.ledger() as ledger:
        found = ledger.vouchers.list()
    if as_json:
        print_json([_row(voucher) for voucher in found])
    elif found:
        print(_table(found, call))
    else:
        print("No voucher was ever in stock.")
    return 0


ID = Annotated[str, typer.Argument(metavar="ID", help="As `kigen voucher list --json` names it.")]


@app.command()
def release(context: typer.Context, id: ID) -> int:
    """Put one back that a renewal typed and then gave up, when you know that it is still good."""
    from runner.ledger.states import VoucherState

    return _settle(context, id, VoucherState.FREE, "its owner put it back: it is still good")


@app.command()
def spoil(context: typer.Context, id: ID) -> int:
    """Throw one away that a renewal typed and then gave up."""
    from runner.ledger.states import VoucherState

    return _settle(context, id, VoucherState.SPOILED, "its owner threw it away")


def _settle(context: typer.Context, id: str, to: VoucherState, reason: str) -> int:
    from runner.renewal.vouchers import shown

    with invocation(context).ledger() as ledger:
        voucher = ledger.vouchers.settle(id, to, reason)
    print(f"{shown(voucher)}, {voucher.value} for {voucher.flow}, is {voucher.state}.")
    return 0


def _stock(call: Invocation, ledger: Ledger) -> Stock:
    from runner.browser.vault import Vault
    from runner.renewal.vouchers import Stock

    return Stock(ledger, Vault(call.home.folder, call.environment), call.redactor, call.now)


def _codes() -> Iterator[Secret]:
    """What is typed until an empty line, or all lines of a file. Codes stand on no command line:
    others could see them there, and the shell would keep them.
    """
    if sys.stdin.isatty():
        while text := getpass.getpass("Code (nothing ends): ").strip():
            yield Secret(text)
        return
    for line in sys.stdin:
        if text := line.strip():
            yield Secret(text)


def _row(voucher: Voucher) -> dict[str, Any]:
    from runner.renewal.vouchers import shown

    return {
        "id": voucher.id,
        "flow": voucher.flow,
        "amount": f"{voucher.value.amount:f}",
        "currency": voucher.value.currency,
        "code": shown(voucher),
        "state": voucher.state.value,
        "renewal": voucher.renewal_id,
        "added_at": voucher.added_at.isoformat(),
        "updated_at": voucher.updated_at.isoformat(),
        "reason": voucher.reason,
    }


def _table(found: list[Voucher], call: Invocation) -> str:
    from runner.cli.table import Column, room_of, table
    from runner.renewal.vouchers import shown

    columns = [
        Column("code"),
        Column("flow", least=8),
        Column("value", right=True),
        Column("state"),
        Column("since", rank=1),
        Column("why", least=12, rank=2),
    ]
    rows = [
        [
            shown(one),
            one.flow,
            str(one.value),
            one.state.value,
            f"{one.updated_at.astimezone(call.zone):%Y-%m-%d %H:%M}",
            one.reason,
        ]
        for one in found
    ]
    return table(columns, rows, room=room_of(), color=call.color)
