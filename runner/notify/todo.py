"""Something that the owner can do about a message, by following a link."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from runner.values.money import Money

What = Literal["approve", "resolve", "code", "report"]


@dataclass(frozen=True, slots=True)
class Todo:
    """What can be done at the dashboard, where there is one.

    `approve` and `resolve` are about a renewal, of which the message told this price; `code` is about
    an account, `report` about a run.
    """

    what: What
    about: str
    price: Money | None = None


LinkTo = Callable[[Todo], str | None]
"""Gives the link at the moment of sending, so that none is stored; None where it is too late for it,
or where there is no dashboard.
"""


def no_link(_: Todo) -> None:
    """Where there is no dashboard."""
    return
