"""`kigen passkey`: passkeys that sign in without password or code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation, print_json
from runner.cli.mistake import WrongCall
from runner.cli.options import Headed, Json

if TYPE_CHECKING:
    from runner.browser.passkeys import Passkeys
    from runner.browser.vault import Vault

app = group(COMMANDS["passkey"][1])

Account = Annotated[str, typer.Argument(metavar="ACCOUNT")]
_BRIEFLY = 60.0
"""Seconds for which the account is held, so that no run keeps what is removed."""


@app.command()
def add(
    context: typer.Context,
    account: Account,
    headed: Headed = False,
    as_json: Json = False,
) -> int:
    """Sign in, and register a passkey with the site; later runs sign in with it."""
    from runner.cli.run import Request, run_accounts

    call = invocation(context)
    found, site = call.workspace.account(account)
    if not (site.flow.passkey and site.flow.passkey_login):
        raise WrongCall(
            f"the flow `{found.flow}` does not know how to register and use a passkey",
            "it needs the phases `passkey` and `passkey_login`",
        )
    return run_accounts(
        replace(Request.of(call), account=account, passkey=True, headed=headed, as_json=as_json)
    )


@app.command("list")
def list_(context: typer.Context, as_json: Json = False) -> int:
    """Show the passkeys that are kept."""
    from runner.browser.passkeys import KIND

    call = invocation(context)
    rows = [
        {"account": account, "id": id, "site": site, "added_at": added_at.isoformat()}
        for account in _vault(call).names(KIND)
        for id, site, added_at in _kept(call, account).kept
    ]
    if as_json:
        print_json(rows)
    elif rows:
        from runner.cli.table import Column, room_of, table

        columns = [Column("account", least=8), Column("id"), Column("site"), Column("added")]
        cells = [[r["account"], r["id"], r["site"], r["added_at"][:10]] for r in rows]
        print(table(columns, cells, room=room_of(), color=call.color))
    else:
        print("No passkey is kept.")
    return 0


@app.command()
def remove(
    context: typer.Context,
    account: Account,
    id: Annotated[
        str | None, typer.Argument(metavar="ID", show_default=False, help="Needed if several.")
    ] = None,
) -> int:
    """Forget a passkey. The site still knows it: remove it there too."""
    from runner.ledger.errors import Busy

    call = invocation(context)
    try:
        with (
            call.ledger() as ledger,
            ledger.leases.acquire(account, "kigen passkey remove", _BRIEFLY),
        ):
            kept = _kept(call, account)
            names = [one for one, _, _ in kept.kept]
            if id is None and len(names) == 1:
                id = names[0]
            if id is None or not kept.remove(id):
                raise WrongCall(
                    f"{account} has no such passkey" if id else "which passkey?",
                    f"kept are: {', '.join(names) or 'none'}",
                )
    except Busy as busy:
        raise WrongCall(str(busy), "a run would keep it: wait for its end") from None
    print(f"The passkey {id} of {account} is forgotten here; remove it at the site as well.")
    return 0


def _kept(call: Invocation, account: str) -> Passkeys:
    """The passkeys of an account. Raises WrongCall where they can't be opened."""
    from runner.browser.passkeys import Passkeys

    found = Passkeys.load(_vault(call), account, call.now)
    if found.notes:
        raise WrongCall(f"{account}: {found.notes[0]}", "`kigen passkey add` sets them aside")
    return found


def _vault(call: Invocation) -> Vault:
    from runner.browser.vault import Vault

    return Vault(call.home.folder, call.environment)
