"""What can go wrong when the sandbox is started or steered."""

from __future__ import annotations

from collections.abc import Iterable


class SandboxError(Exception):
    """The sandbox cannot do this; the message says what to do instead."""


class UnknownName(SandboxError):
    """No portal, account, setting, fault or option of this name; similar ones are named."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        import difflib

        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names) or 'none'}."
        super().__init__(f"The sandbox has no {what} named {name!r}. {hint}")


class BadValue(SandboxError):
    """A setting or an option cannot have this value."""

    def __init__(self, name: str, value: object, wanted: str) -> None:
        super().__init__(f"{name} cannot be {value!r}: {wanted} is wanted.")


class NotStarted(SandboxError):
    """The sandbox's server did not come up."""
