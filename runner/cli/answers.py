"""The sandbox's answers to `command:` references. Imports little: every practice run asks for them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from runner.config.home import home
from runner.sandbox import control
from runner.sandbox.errors import SandboxError, UnknownName


def secrets(account: str, field: str | None = None, *, as_json: bool = False) -> int:
    """Print what a practice account's owner knows, or one field of it alone."""
    found = control.secrets(home(os.environ).folder, account)
    if field is not None and field not in found:
        raise UnknownName(f"secret of {account}", field, found)
    chosen = found if field is None else {field: found[field]}
    if as_json:
        import json

        print(json.dumps(chosen, ensure_ascii=False))
    elif field is not None:
        print(found[field])
    else:
        print("\n".join(f"{name}: {value}" for name, value in found.items()))
    return 0


def secret(words: Sequence[str]) -> str | None:
    """What `kigen` prints, called with these words, if they ask for one field of an account.

    None where they ask for anything else, or wrongly: then the command itself has the say.
    """
    if len(words) != 4 or list(words[:2]) != ["sandbox", "secrets"]:
        return None
    try:
        return control.secrets(home(os.environ).folder, words[2]).get(words[3])
    except SandboxError:
        return None


def sms(account: str) -> int:
    """Print the newest unread text message; print nothing where there is none."""
    message = control.sms(home(os.environ).folder, account)
    if message is not None:
        print(message.text)
    return 0


def mail(account: str) -> int:
    """Print the newest unread mail; print nothing where there is none."""
    message = control.mail(home(os.environ).folder, account)
    if message is not None:
        print(message.text)
    return 0
