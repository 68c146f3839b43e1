"""The sandbox's answers to `command:` references. Imports little: every practice run asks for them."""

from __future__ import annotations

import os

from runner.config.home import home
from runner.sandbox import control
from runner.sandbox.errors import UnknownName


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


def sms(account: str) -> int:
    """Print the newest unread text message; print nothing where there is none."""
    message = control.sms(home(os.environ).folder, account)
    if message is not None:
        print(message.text)
    return 0
