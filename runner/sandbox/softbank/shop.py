"""A brand with small plans, which sells data for the rest of the month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from runner.sandbox.books import Books
from runner.sandbox.softbank.contract import Contract
from runner.sandbox.values import Key

if TYPE_CHECKING:
    from starlette.routing import Route

    from runner.sandbox.softbank.lobby import Counter, Lobby


class Wares(NamedTuple):
    """What it sells: the name in the list of orders, GB, yen; and what the form must say for it."""

    name: str
    gb: str
    price: int
    field: str
    wish: str


class Shop(Contract):
    """A portal that sells data."""

    wares: ClassVar[Wares]
    faults = Contract.faults | {"declined", "price", "sold_out"}
    keys: Mapping[str, Key] = {
        **Contract.keys,
        "due": Key("the line has nearly used up its data"),
        "fresh": Key("the line has used little of its data"),
    }

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        number = self.numbers[0]
        first = self.lines[number]
        if key == "due":
            self.keep(books, number, first)
        elif key == "fresh":
            self.keep(books, number, replace(first, used="0.35"))
        else:
            super().set(books, key, value)

    def pages(self, lobby: Lobby, counter: Counter) -> list[Route]:
        """Ordering."""
        from runner.sandbox.softbank.orders import Orders

        return Orders(lobby, counter, self, self.wares).routes()
