"""`kigen session`: what is kept of sign-ins, dropping it, and bringing it from a person's own browser."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation, print_json
from runner.cli.options import Json

if TYPE_CHECKING:
    from runner.browser.imported import Imported
    from runner.browser.saved import Kept, SavedSessions

app = group(COMMANDS["session"][1])

_BRIEFLY = 60.0
"""Seconds for which the account is held, so that no run saves its session meanwhile."""
_IMPORT = "kigen session import"


@app.command("list")
def list_(context: typer.Context, as_json: Json = False) -> int:
    """Show whose sessions are kept, and for how long each browser is trusted."""
    call = invocation(context)
    found = _sessions(call).all()
    if as_json:
        print_json([_facts(kept) for kept in found])
    elif found:
        print(_table(found, call))
    else:
        print("No session is kept.")
    return 0


@app.command()
def reset(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT")],
    forget_device: Annotated[
        bool,
        typer.Option("--forget-device", help="Drop the trusted device too: a code will be asked."),
    ] = False,
) -> int:
    """Drop an account's session: the next run signs in anew, from the device that is trusted."""
    from runner.cli.mistake import WrongCall
    from runner.ledger.errors import Busy

    call = invocation(context)
    sessions = _sessions(call)
    try:
        with (
            call.ledger() as ledger,
            ledger.leases.acquire(account, "kigen session reset", _BRIEFLY),
        ):
            gone = sessions.reset(account, forget_device=forget_device)
    except Busy as busy:
        raise WrongCall(str(busy), "a run would save its session again: wait for its end") from None
    if not gone:
        names = ", ".join(kept.account for kept in sessions.all()) or "none"
        raise WrongCall(f"no session of `{account}` is kept", f"kept are: {names}")
    print(f"The session of {account} is dropped; the next run signs in anew.")
    return 0


@app.command("import")
def import_(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="As config.yaml names it.")],
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Cookies of your own browser: cookies.txt, an extension's JSON, or a storage state.",
        ),
    ],
) -> int:
    """Take over the session of a browser in which you have signed in: what it holds of the site."""
    from runner.browser.imported import NotImported, read_export
    from runner.browser.saved import Saved
    from runner.cli.mistake import WrongCall
    from runner.ledger.errors import Busy

    call = invocation(context)
    _, site = call.workspace.account(account)
    flow, now = site.flow, call.now()
    if flow.kept_by == "owner":
        raise WrongCall(f"`{account}` has no site to sign in to", "`kigen renewed` takes your word")
    try:
        found = read_export(file.read_bytes(), flow.hosts, flow.owns, now.timestamp())
    except OSError as error:
        raise WrongCall(f"{file} can't be read: {error.strerror}") from None
    except NotImported as error:
        raise WrongCall(f"{file}: {error}; nothing has changed", error.hint) from None
    sessions = _sessions(call)
    try:
        with call.ledger() as ledger, ledger.leases.acquire(account, _IMPORT, _BRIEFLY):
            _keep_device(found, sessions.load(account).state["cookies"], flow.trusted_device)
            sessions.save(account, Saved(found.state, signed_in_at=now), flow.trusted_device)
    except Busy as busy:
        raise WrongCall(str(busy), "a run would save its session again: wait for its end") from None
    print(_told(account, file, found))
    return 0


def _keep_device(found: Imported, before: list[dict[str, Any]], device: list[str]) -> None:
    """A session from elsewhere does not make the site forget this machine."""
    new = {cookie["name"] for cookie in found.state["cookies"]}
    found.state["cookies"] += [c for c in before if c["name"] in device and c["name"] not in new]


def _told(account: str, file: Path, found: Imported) -> str:
    aside = [
        f"{count} {what}"
        for count, what in (
            (found.foreign, "of other sites"),
            (found.over, "that have expired"),
            (found.broken, "that are damaged"),
        )
        if count
    ]
    left = f"; left out: {', '.join(aside)}" if aside else ""
    kept = "one cookie is" if found.kept == 1 else f"{found.kept} cookies are"
    return (
        f"{account}: {kept} kept, encrypted{left}. The next run shows whether the site takes that as "
        f"signed in.\nDelete {file} now: whoever has it is signed in as you."
    )


def _sessions(call: Invocation) -> SavedSessions:
    from runner.browser.saved import SavedSessions
    from runner.browser.vault import Vault

    return SavedSessions(Vault(call.home.folder, call.environment), call.now)


def _facts(kept: Kept) -> dict[str, Any]:
    def text(moment: datetime | None) -> str | None:
        return None if moment is None else moment.isoformat()

    return {
        "account": kept.account,
        "readable": kept.readable,
        "signed_in_at": text(kept.signed_in_at),
        "saved_at": text(kept.saved_at),
        "trusted_until": text(kept.trusted_until),
    }


def _table(found: list[Kept], call: Invocation) -> str:
    from runner.cli.table import Cell, Column, room_of, table

    zone = call.zone

    def text(moment: datetime | None) -> str:
        return "–" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"

    columns = [
        Column("account", least=8),
        Column("state"),
        Column("signed in"),
        Column("saved", rank=1),
        Column("trusted until"),
    ]
    rows: list[list[str | Cell]] = [
        [
            kept.account,
            Cell("kept", "good") if kept.readable else Cell("can't be opened", "bad"),
            text(kept.signed_in_at),
            text(kept.saved_at),
            text(kept.trusted_until),
        ]
        for kept in found
    ]
    return table(columns, rows, room=room_of(), color=call.color)
