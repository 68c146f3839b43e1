"""`kigen dashboard`: who is let in to the pages that `kigen serve` serves."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation, print_json
from runner.cli.mistake import WrongCall
from runner.cli.options import Json
from runner.cli.served_dashboard import address_of, door_of, wanted
from runner.config.dashboard import Dashboard
from runner.web.door import Door
from runner.web.who import Scope

app = group(COMMANDS["dashboard"][1])

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the token is called.")]


@app.callback(help=COMMANDS["dashboard"][1], invoke_without_command=True, no_args_is_help=False)
def dashboard(context: typer.Context) -> int:
    if context.invoked_subcommand is not None:
        return 0
    call = invocation(context)
    from runner.web.links import Links, key_for
    from runner.web.login import sign_in_link

    door, key, _ = _door(call)
    base = address_of(call.home)
    if base is None:
        raise WrongCall("the dashboard is not served now", "`kigen serve` serves it")
    links = Links(key_for("sign-in link", key), call.now)
    print(sign_in_link(links, door.password.fingerprint(), base, call.now()))
    if not call.quiet:
        print("It signs one browser in, once, in the next ten minutes.", file=sys.stderr)
    return 0


@app.command()
def password(
    context: typer.Context,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read it from standard input.")] = False,
) -> int:
    """Set the password, and sign every browser out."""
    from runner.web.password import LONGEST, SHORTEST

    call = invocation(context)
    door, _, config = _door(call)
    if config.password is not None:
        raise WrongCall(
            f"config.yaml says where the password is: {config.password}", "change it there"
        )
    text = sys.stdin.readline().rstrip("\r\n") if stdin else getpass.getpass("Password: ")
    if not SHORTEST <= len(text) <= LONGEST:
        raise WrongCall(f"a password has {SHORTEST} characters or more", "a few words are good")
    if not stdin and getpass.getpass("Once more: ") != text:
        raise WrongCall("the two are not the same", "nothing was changed")
    door.password.set(text)
    door.sessions.end_all()
    print("The password is set. Every browser has to sign in anew.")
    return 0


@app.command()
def token(
    context: typer.Context,
    name: Name,
    scope: Annotated[
        Scope,
        typer.Option("--for", help="What it opens: the calendar; the API to read; all of the API."),
    ] = Scope.READ,
) -> int:
    """Make a token for a program. It is shown this once."""
    from runner.web.tokens import NameTaken

    call = invocation(context)
    door, _, config = _door(call)
    try:
        made = door.tokens.make(name, scope)
    except NameTaken:
        raise WrongCall(
            f"there is a token `{name}`", f"`kigen dashboard drop {name}` ends it"
        ) from None
    if scope is Scope.CALENDAR:
        base = address_of(call.home) or config.base(config.port)
        made = f"{base}/calendar/{made}.ics"
    print(made)
    return 0


@app.command()
def tokens(context: typer.Context, as_json: Json = False) -> int:
    """Show which tokens there are, and what each is for."""
    found = _door(invocation(context))[0].tokens.all()
    if as_json:
        print_json(
            [
                {"name": one.name, "for": one.scope.value, "made_at": one.made_at.isoformat()}
                for one in found
            ]
        )
    for one in found if not as_json else ():
        print(f"{one.name}  {one.scope.value}  {one.made_at.date()}")
    if not found and not as_json:
        print("No program has a token.")
    return 0


@app.command()
def drop(context: typer.Context, name: Name) -> int:
    """End a token: from now on it opens nothing."""
    if not _door(invocation(context))[0].tokens.drop(name):
        raise WrongCall(f"there is no token `{name}`", "`kigen dashboard tokens` shows them")
    print("It opens nothing any more.")
    return 0


@app.command("sign-out")
def sign_out(context: typer.Context) -> int:
    """Sign every browser out."""
    _door(invocation(context))[0].sessions.end_all()
    print("Every browser has to sign in anew.")
    return 0


def _door(call: Invocation) -> tuple[Door, bytes, Dashboard]:
    """The door, the home's key, and what config.yaml says. Raises WrongCall, NoKey, Unresolved."""
    from runner.browser.keys import Keys

    config = wanted(call.workspace)
    if config is None:
        raise WrongCall("config.yaml wants no dashboard", "remove `dashboard: false`")
    key = Keys(call.home.folder, os.environ).all()[0]
    return door_of(config, call.workspace, call.home, call.redactor, key, call.now), key, config
