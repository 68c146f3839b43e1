"""`kigen sandbox`: practice portals that need no account, no money and no network."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from runner.cli import answers
from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation, print_json
from runner.cli.mistake import WrongCall
from runner.cli.options import Json
from runner.sandbox import control

app = group(COMMANDS["sandbox"][1])

Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="Such as `docomo`.")]


@app.command()
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free one.")] = 0,
) -> int:
    """Serve all portals until Ctrl-C; runs of this KIGEN_HOME use them meanwhile."""
    from runner.sandbox.serve import serve

    call = invocation(context)
    if not call.quiet:
        print("Serving the practice portals; Ctrl-C ends it.", file=sys.stderr)
    serve(call.home.folder, port, exit_with_parent=False)
    return 0


@app.command()
def reset(context: typer.Context) -> int:
    """Put every portal back to its first day: charges, sessions, faults and settings are gone."""
    control.reset(invocation(context).home.folder)
    return 0


@app.command("set")
def set_(
    context: typer.Context,
    portal: Annotated[str, typer.Argument(metavar="PORTAL")],
    key: Annotated[str | None, typer.Argument(metavar="KEY", show_default=False)] = None,
    value: Annotated[str | None, typer.Argument(metavar="VALUE", show_default=False)] = None,
) -> int:
    """Set the state of a portal or of its account. Without KEY: show what can be set."""
    if key is None:
        _print_pairs(control.keys(portal))
    else:
        control.set_(invocation(context).home.folder, portal, key, value)
    return 0


@app.command()
def charges(context: typer.Context, as_json: Json = False) -> int:
    """Show what the portals have charged, oldest first."""
    found = control.charges(invocation(context).home.folder)
    if as_json:
        print_json(
            [{**row, "amount": str(row["amount"]), "at": row["at"].isoformat()} for row in found]
        )
        return 0
    columns = ("at", "account", "line", "product", "amount", "currency", "reference")
    _print_table(columns, [{**row, "at": f"{row['at']:%Y-%m-%d %H:%M:%S}"} for row in found])
    return 0


@app.command()
def fault(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", show_default=False)] = None,
    options: Annotated[
        list[str] | None, typer.Argument(metavar="OPTION=VALUE…", show_default=False)
    ] = None,
) -> int:
    """Let something go wrong from now on. Without NAME: show what can."""
    if name is None:
        _print_kinds()
        return 0
    given = {}
    for option in options or ():
        key, sign, value = option.partition("=")
        if not sign:
            raise WrongCall(f"`{option}` is no option", "write it like `count=1`")
        given[key] = value
    number = control.fault(invocation(context).home.folder, name, **given)
    print(f"Fault {number} is on; `kigen sandbox faults --clear` switches all off.")
    return 0


@app.command()
def faults(
    context: typer.Context,
    clear: Annotated[bool, typer.Option("--clear", help="Switch all of them off.")] = False,
    as_json: Json = False,
) -> int:
    """Show the faults that are switched on."""
    folder = invocation(context).home.folder
    if clear:
        control.clear_faults(folder)
    found = control.faults(folder)
    if as_json:
        print_json(found)
    elif found:
        rows = [{**row, "options": _written(row["options"])} for row in found]
        _print_table(("id", "name", "options", "seen", "hits"), rows)
    return 0


@app.command()
def secrets(
    account: Account,
    field: Annotated[str | None, typer.Argument(metavar="FIELD", show_default=False)] = None,
    as_json: Json = False,
) -> int:
    """Print what a practice account's owner knows, or one field of it."""
    return answers.secrets(account, field, as_json=as_json)


@app.command()
def sms(account: Account) -> int:
    """Print the newest unread text message of a practice account; nothing where there is none."""
    return answers.sms(account)


@app.command()
def mail(account: Account) -> int:
    """Print the newest unread mail of a practice account; nothing where there is none."""
    return answers.mail(account)


def _print_kinds() -> None:
    kinds = control.fault_kinds()
    common = set.intersection(*(set(options) for options in kinds.values())) - {""}
    for name, options in kinds.items():
        print(f"{name}: {options['']}")
        for option in sorted(set(options) - common - {""}):
            print(f"    {option}=…  {options[option]}")
    print("\nEvery fault also takes:")
    first = next(iter(kinds.values()))
    for option in sorted(common):
        print(f"    {option}=…  {first[option]}")


def _print_pairs(pairs: dict[str, str]) -> None:
    longest = max(map(len, pairs))
    for name, meaning in pairs.items():
        print(f"{name:{longest}}  {meaning}")


def _print_table(columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    from runner.cli.table import Column, room_of, table

    heads = [Column(name, least=8, rank=place) for place, name in enumerate(columns)]
    print(table(heads, [[str(row[name]) for name in columns] for row in rows], room=room_of()))


def _written(options: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in options.items() if value is not None)
