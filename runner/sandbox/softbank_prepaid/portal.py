"""The practice portal of SoftBank prepaid: one line that is kept alive by recharges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.sandbox import values
from runner.sandbox.books import Books
from runner.sandbox.japan import day, money
from runner.sandbox.softbank.carrier import KEYS, Carrier
from runner.sandbox.softbank.carrier import TEMPLATES as SHARED
from runner.sandbox.softbank.portal import MY_SOFTBANK
from runner.sandbox.softbank_prepaid import cards, line
from runner.sandbox.values import Key

if TYPE_CHECKING:
    from starlette.routing import Route

    from runner.sandbox.softbank.lobby import Counter, Lobby


class SoftBankPrepaid(Carrier):
    """See `runner.sandbox.portal.Portal`."""

    name = line.NAME
    brand = MY_SOFTBANK
    numbers = (line.NUMBER,)
    templates = (Path(__file__).parent / "templates", SHARED)
    faults = Carrier.faults | {"declined", "price"}
    keys: Mapping[str, Key] = {
        **KEYS,
        "due": Key("the line has little money, and nine days left"),
        "fresh": Key("the line has money, and more than four months left"),
        "balance": Key("the balance in yen", values.count),
        "until": Key("the last day of use, e.g. 2026-12-01", values.day),
        "activation": Key("seconds from a recharge to its effect", values.seconds),
    }

    def seed(self, books: Books) -> None:
        """A line that is due, at a site whose session ends after ten minutes."""
        super().seed(books)
        books.put(self.name, session_minutes=10, activation=0.0)
        line.make_due(books)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key == "due":
            line.make_due(books)
        elif key == "fresh":
            line.make_fresh(books)
        elif key == "balance":
            line.hold(books, value, line.load(books).until)
        elif key == "until":
            line.hold(books, line.load(books).balance, date.fromisoformat(value))
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """The account's, and the number of a prepaid card that was not used yet."""
        return {**super().secrets(books), "prepaid_card": cards.next_number(books)}

    def summary(self, counter: Counter, number: str) -> dict[str, Any]:
        """What the script of the top page shows of the line."""
        now = line.load(counter.books)
        return {
            "number": number,
            "balance": money(now.balance),
            "until": day(now.until),
            "numberUntil": day(now.number_until),
        }

    def pages(self, lobby: Lobby, counter: Counter) -> list[Route]:
        """Recharging."""
        from runner.sandbox.softbank_prepaid.by_card_number import ByCardNumber
        from runner.sandbox.softbank_prepaid.recharge import Recharge

        recharge = Recharge(lobby, counter)
        return [*recharge.routes(), *ByCardNumber(recharge).routes()]


PORTAL = SoftBankPrepaid()
