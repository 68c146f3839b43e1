"""The practice portal of Airalo: its account and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from runner.sandbox import derive, values
from runner.sandbox.airalo import line
from runner.sandbox.airalo.line import CODES, JAPAN, NAME, RATES
from runner.sandbox.books import Books, Message
from runner.sandbox.codes import code_of
from runner.sandbox.portal import KEYS, App, Steered
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"
TOPUPS = ("on", "greyed", "missing", "refused")


class Airalo(Steered):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    hosts = ("www.airalo.com",)
    sessions = ("airalo", "step")
    faults: frozenset[str] = frozenset(
        {"declined", "sold_out", "price", "session_expiry", "wrong_code", "changed_layout",
         "human_check"}
    )  # fmt: skip
    keys: Mapping[str, Key] = {
        "due": Key("the first eSIM ends in two days and has little data left"),
        "fresh": Key("the first eSIM is good for twenty days and has data enough"),
        "currency": Key("the visitor's currency", values.one_of(*RATES)),
        "airmoney": Key("Airmoney in USD", values.dollars),
        "airmoney_on": Key("Airmoney is used unless one says no: yes or no", values.switch),
        "topups": Key(
            "the button TOP UP: on, greyed, missing; or refused, by the operator at the order",
            values.one_of(*TOPUPS),
        ),
        "unavailable": Key("a top-up that can't be bought now", values.one_of(*CODES, "none")),
        "unused": Key("the first eSIM was never used: its days have not begun", values.switch),
        "recycled": Key("the first eSIM was taken back by Airalo: yes or no", values.switch),
        "nags": Key("ask to allow cookies and notifications: yes or no", values.switch),
        "second": Key("a code by mail for browsers it does not know: yes or no", values.switch),
        "activation": Key("seconds until a top-up is there", values.seconds),
        "locked": Key("signing in was tried too often: yes or no", values.switch),
        "code_minutes": Key("minutes for which a code is good", values.count),
        **KEYS,
    }

    def seed(self, books: Books) -> None:
        """Three eSIMs, the first of which is due; it was bought five days ago."""
        books.put(
            NAME, currency="USD", airmoney="12.00", airmoney_on=False, topups="on",
            unavailable="none", unused=False, recycled=False, nags=True, second=True, activation=0.0, failures=0,
            lock_after=5, locked=False, session_minutes=120, code_minutes=10,
        )  # fmt: skip
        at = books.now(NAME) - timedelta(days=5)
        first = {
            "number": f"{at:%Y%m%d}-000017", "at": at.isoformat(), "iccid": JAPAN,
            "product": "Moshi Moshi 1 GB - 7 Days", "price": "$4.50 USD",
        }  # fmt: skip
        books.put(NAME, orders=[first])
        self.set(books, "due", None)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key == "due":
            line.start(books, days=2, left=317)
        elif key == "fresh":
            line.start(books, days=20, left=2048)
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """E-mail and password, how to pay, and the eSIM that is due; the card is the practice bank's."""
        return {
            "email": f"hanako.{derive.digits(books.seed, 4, NAME, 'id')}@example.com",
            "password": derive.password(books.seed, NAME, "password"),
            "pay_with": "saved_card",
            "line": JAPAN,
        }

    def letter(self, books: Books, message: Message) -> str:
        """The mail with a code."""
        return (
            f"Your Airalo verification code is {code_of(books, NAME, 6, message)}. "
            f"It expires in {books.get(NAME, 'code_minutes')} minutes."
        )

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.airalo.site import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all."""
        return (
            '<html lang="en"><head><meta charset="UTF-8"></head><body><h1>We will be right back</h1>'
            "<p>Airalo is down for scheduled maintenance.</p></body></html>"
        )


PORTAL = Airalo()
