"""The practice portal of Hoshi Mobile: its account and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from runner.sandbox import derive, values
from runner.sandbox.bank.card import of_owner
from runner.sandbox.books import Books, Message
from runner.sandbox.codes import code_of
from runner.sandbox.errors import BadValue
from runner.sandbox.hoshi_mobile import line
from runner.sandbox.hoshi_mobile.line import NAME, NUMBER, OFFERS
from runner.sandbox.portal import App, Steered
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"
CODES = tuple(offer.code for offer in OFFERS)


def _prices(name: str, value: Any) -> dict[str, int]:
    """`month=1980`"""
    code, _, price = str(value).partition("=")
    if code not in CODES:
        raise BadValue(name, value, f"an offer ({', '.join(CODES)}) and its price: month=1980")
    return {code: values.count(name, price)}


class HoshiMobile(Steered):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    hosts = ("my.hoshi-mobile.example",)
    faults: frozenset[str] = frozenset({"declined", "session_expiry", "changed_layout"})
    keys: Mapping[str, Key] = {
        "due": Key("the line ends in three days"),
        "fresh": Key("the line is good for sixty days"),
        "price": Key("the price of an offer, e.g. month=1980", _prices),
        "sold_out": Key("an offer that is sold out", values.one_of(*CODES, "none")),
        "hide": Key("an offer that is on the list no longer", values.one_of(*CODES, "none")),
        "renews": Key("the plan renews itself at the provider: yes or no", values.switch),
        "promotion": Key("a promotion on the list of offers, or none", values.text),
        "coupon": Key("a coupon's code that takes 10 percent off, or none", values.text),
        "credit": Key("credit in yen", values.count),
        "wallet_window": Key("the wallet opens in a window of its own: yes or no", values.switch),
        "qr": Key("which QR code the owner scans: 1, 2, or 0 for none", values.count),
        "qr_seconds": Key("seconds for which the first QR code is good", values.seconds),
        "qr_fresh_seconds": Key("seconds for which a fresh QR code is good", values.seconds),
        "pay_slips": Key("all open slips and bank transfers are paid now"),
        "transfer_fee": Key("yen that a bank transfer costs on top", values.count),
        "now": Key("the portal's clock, e.g. 2026-01-31T10:00+09:00, or real", values.moment),
    }

    def seed(self, books: Books) -> None:
        """A line that is due."""
        books.put(
            NAME,
            data=1,
            plan="Month",
            renews=False,
            credit=2000,
            prices={},
            hidden=[],
            sold_out="none",
            promotion="none",
            coupon="none",
            slips=[],
            transfer_fee=0,
            wallet_window=False,
            qr=1,
            qr_seconds=60.0,
            qr_fresh_seconds=300.0,
            wrong_pins=0,
            session_minutes=30,
        )
        self.set(books, "due", None)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key in ("due", "fresh"):
            days = timedelta(days=3 if key == "due" else 60)
            books.put(NAME, valid_until=(line.today(books) + days).isoformat())
        elif key == "price":
            books.put(NAME, prices={**books.get(NAME, "prices"), **value})
        elif key == "hide":
            books.put(NAME, hidden=[] if value == "none" else [value])
        elif key == "pay_slips":
            self._pay_slips(books)
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """Id, password and PIN; the card is the practice bank's."""
        card = of_owner(books)
        return {
            "id": f"hanako{derive.digits(books.seed, 4, NAME, 'id')}",
            "password": derive.password(books.seed, NAME, "password"),
            "pin": derive.digits(books.seed, 4, NAME, "pin"),
            "card_number": card.number,
            "card_expiry": card.expiry,
            "card_cvc": card.cvc or "",
            "pay_with": "saved_card",
            "line": NUMBER,
        }

    def letter(self, books: Books, message: Message) -> str:
        """It sends no codes itself."""
        return f"Hoshi Mobile: {code_of(books, NAME, 6, message)}"

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.hoshi_mobile.site import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all."""
        return "<html><body><h1>We are closed for maintenance.</h1></body></html>"

    @staticmethod
    def _pay_slips(books: Books) -> None:
        for order in books.get(NAME, "slips"):
            line.add(books, order)
            books.charge(NAME, NAME, NUMBER, order["name"], str(order["price"]), "JPY")
        books.put(NAME, slips=[])


PORTAL = HoshiMobile()
