"""`kigen code ACCOUNT CODE`: the owner's code, for the run that waits for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import invocation
from runner.cli.mistake import WrongCall

if TYPE_CHECKING:
    from runner.challenge.inbox import Inbox

app = group(COMMANDS["code"][1])


@app.command(help=f"{COMMANDS['code'][1]} Kept for ten minutes where none waits yet.")
def code(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="As config.yaml names it.")],
    code: Annotated[
        str | None,
        typer.Argument(metavar="[CODE]", help="The digits; asked for where it is left out."),
    ] = None,
) -> int:
    from runner.challenge.inbox import digits_of
    from runner.cli.code_sources import inbox_of
    from runner.config.workspace import NoSuchAccount

    call = invocation(context)
    inbox = inbox_of(call.home.folder, call.now)
    if inbox.waiting(account) is None:  # else it is known, though config.yaml may be wrong by now
        accounts = call.workspace.account_names
        if account not in accounts:
            raise NoSuchAccount(account, accounts)
    digits = digits_of(_asked() if code is None else code)
    if digits is None:
        raise WrongCall("a code has 3 to 8 digits", f"kigen code {account} 123456, or without it")
    _give(inbox, account, digits)
    return 0


def _give(inbox: Inbox, account: str, digits: str) -> None:
    waiting = inbox.waiting(account)
    if waiting is not None and waiting.digits != len(digits):
        raise WrongCall(
            f"the site wants {waiting.digits} digits; this code has {len(digits)}",
            "nothing was handed over",
        )
    inbox.give(account, digits)
    if waiting is not None:
        print(f"Handed over to the run of {account} that waits.")
    else:
        print(f"No run of {account} waits for a code now; it is kept for ten minutes.")


def _asked() -> str:
    """Typed at the terminal, where no list of commands keeps it, or read from a pipe."""
    if sys.stdin.isatty():
        print("Code: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline()
