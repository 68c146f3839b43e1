"""`kigen keys`: the key of saved sessions and passkeys, where it is, and changing it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from runner.cli.app import group
from runner.cli.commands import COMMANDS
from runner.cli.invocation import Invocation, invocation

app = group(COMMANDS["keys"][1])

_WHERE = {
    "environment": "in the variable KIGEN_KEY",
    "keyring": "in this system's keyring",
    "file": "in the file {file}",
}


class To(StrEnum):
    """Where a key can be put."""

    KEYRING = "keyring"
    FILE = "file"


@app.command()
def show(context: typer.Context) -> int:
    """Tell where the key is and how much it protects; the key itself is not shown."""
    from runner.browser.vault import PROTECTED, Vault

    call = invocation(context)
    vault = Vault(call.home.folder, call.environment)
    print(f"The key is {_where(vault.keys.place, call)}.")
    counts = [f"{what}: {len(vault.names(kind))}" for kind, what in PROTECTED.items()]
    print(f"It protects {', '.join(counts)}.")
    return 0


@app.command()
def rotate(
    context: typer.Context,
    to: Annotated[To | None, typer.Option("--to", help="Keep the new key there.")] = None,
) -> int:
    """Change the key and seal everything with the new one; the old one is needed no more."""
    from runner.browser.keys import Place
    from runner.browser.rotation import rotate
    from runner.browser.vault import Vault

    call = invocation(context)
    done = rotate(Vault(call.home.folder, call.environment), None if to is None else Place(to))
    print(f"Sealed anew: {done.sealed}. The key is {_where(done.place, call)}.")
    if done.place is Place.VARIABLE:
        print("Only the first key in KIGEN_KEY is needed from now on.")
    for file in done.unopened:
        print(f"Could not be opened with any key, and left as it was: {file}")
    return 1 if done.unopened else 0


@app.command()
def new(context: typer.Context) -> int:
    """Print a fresh key, for KIGEN_KEY; nothing is changed."""
    from runner.browser.keys import new_key

    print(new_key().decode())
    return 0


def _where(place: str, call: Invocation) -> str:
    return _WHERE[place].format(file=call.home.folder / "key")
