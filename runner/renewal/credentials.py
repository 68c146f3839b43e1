"""An account's credentials, fetched when a step first asks for them: a session that still holds needs
none, and a secret that is not needed stays where it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from runner.flow.base import Step
from runner.flow.expressions import Expression
from runner.flow.model import Flow
from runner.flow.scalars import Expr, Ref, Text, Words
from runner.flow.walk import words

_ALWAYS = frozenset({"card", "pay", "call"})
"""Steps that may look at the account in ways that their words don't tell."""


class Credentials:
    """`values` are what expressions see under `account`; they are complete when a step needs them."""

    def __init__(self, name: str, fetch: Callable[[], Awaitable[Any]]) -> None:
        self.values: dict[str, Any] = {"name": name}
        self._fetch = fetch
        self._complete = False

    async def all(self) -> dict[str, Any]:
        """All of them. Raises NeedsOwner where one can't be fetched."""
        if not self._complete:
            self.values |= await self._fetch()
            self._complete = True
        return {name: value for name, value in self.values.items() if name != "name"}

    async def before(self, step: Step) -> None:
        """To be called before each step is played."""
        if not self._complete and (step.kind in _ALWAYS or _asks(step.args)):
            await self.all()


def may_wait(flow: Flow) -> bool:
    """Whether only steps ask for the account: what is watched meanwhile could not fetch anything."""
    cards = any(need.kind.startswith("card_") for need in flow.needs.values())
    watched = [*flow.signals.values(), *(interrupt.when for interrupt in flow.interrupts)]
    return not cards and not any(_asks(condition) for condition in watched)


def _asks(part: Any) -> bool:
    return any("account" in expression.names for expression in _expressions(part))


def _expressions(part: Any) -> Iterator[Expression]:
    for _, word in words(part):
        match word:
            case Expr():
                yield word.expression
            case Ref():
                yield from word.arguments
            case Text():
                yield from word.template.holes
            case Words() if word.pattern is None:
                yield from word.template.holes
