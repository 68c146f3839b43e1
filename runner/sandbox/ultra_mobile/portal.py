"""The practice portal of Ultra Mobile: its account and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from runner.sandbox import derive, values
from runner.sandbox.books import Books, Message
from runner.sandbox.codes import code_of
from runner.sandbox.portal import KEYS, App, Steered
from runner.sandbox.ultra_mobile import line
from runner.sandbox.ultra_mobile.line import NAME, NUMBER, PLANS
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"


class UltraMobile(Steered):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    hosts = ("www.ultramobile.com", "ultramobile.com")
    sessions = ("ultra", "step")
    faults: frozenset[str] = frozenset(
        {"declined", "sold_out", "price", "session_expiry", "wrong_code", "changed_layout"}
    )
    keys: Mapping[str, Key] = {
        "due": Key("the plan ends in three days"),
        "fresh": Key("the plan ends in 25 days"),
        "over": Key("days since the plan has ended", values.count),
        "plan": Key("the line's plan", values.one_of(*(one.code for one in PLANS))),
        "auto_renew": Key("the plan renews itself: yes or no", values.switch),
        "wallet": Key("dollars in the wallet, e.g. 5.00", values.dollars),
        "fees": Key("taxes and fees in dollars, e.g. 0.28", values.dollars),
        "processing": Key("seconds for which a payment is processed", values.seconds),
        "code": Key("the sign-in asks for a code by text message: yes or no", values.switch),
        "code_minutes": Key("minutes for which a code is good", values.count),
        "locked": Key("the account is locked: yes or no", values.switch),
        **KEYS,
    }

    def seed(self, books: Books) -> None:
        """A PayGo line that is due, and does not renew itself."""
        books.put(
            NAME, plan="paygo", auto_renew=False, wallet="5.00", fees="0.00", processing=0.5,
            code=False, code_minutes=10, locked=False, failures=0, lock_after=5,
            session_minutes=20, payments=[],
        )  # fmt: skip
        ago = line.now(books) - timedelta(days=27)
        line.add_payment(books, "PayGo renewal", "3.00", f"U{ago:%y%m%d}0001", ago)
        later = ago + timedelta(days=4)
        line.add_payment(books, "International SMS", "-0.10", f"U{later:%y%m%d}0002", later)
        self.set(books, "due", None)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key in ("due", "fresh", "over"):
            line.start(books, {"due": 3, "fresh": 25}.get(key) or -value)
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """Phone number, which is also the line's name, password, and the card's ZIP code."""
        return {
            "phone": NUMBER,
            "password": derive.password(books.seed, NAME, "password"),
            "zip": "90210",
            "line": NUMBER,
        }

    def letter(self, books: Books, message: Message) -> str:
        """The text message with a code."""
        return f"Ultra Mobile: Your verification code is {code_of(books, NAME, 6, message)}."

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.ultra_mobile.site import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all."""
        return (
            '<html lang="en-US"><head><title>Ultra Mobile</title></head><body>'
            "<h1>We'll be right back</h1><p>Our site is down for scheduled maintenance.</p></body></html>"
        )


PORTAL = UltraMobile()
