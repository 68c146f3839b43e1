"""The practice portal of giffgaff: its account and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runner.sandbox import derive, values
from runner.sandbox.books import Books, Message
from runner.sandbox.codes import code_of
from runner.sandbox.giffgaff import line, vouchers
from runner.sandbox.giffgaff.line import GOODYBAGS, NAME, NUMBER
from runner.sandbox.portal import KEYS, App, Steered
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"


class Giffgaff(Steered):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    hosts = ("www.giffgaff.com", "id.giffgaff.com", "publicapi.giffgaff.com")
    sessions = ("login", "step", "www", "pass", "api")
    faults: frozenset[str] = frozenset(
        {"declined", "price", "session_expiry", "wrong_code", "changed_layout"}
    )
    keys: Mapping[str, Key] = {
        "due": Key("the last top-up was 172 days ago"),
        "fresh": Key("the last top-up was yesterday"),
        "paid_days_ago": Key("days since the last top-up", values.count),
        "no_orders": Key("the list of orders is empty, though the line is in use"),
        "credit": Key("airtime credit in pounds, e.g. 4.20", values.text),
        "sold_out": Key(
            "a goodybag that is sold out", values.one_of(*(one.code for one in GOODYBAGS), "none")
        ),
        "redeem": Key("the next voucher is redeemed by somebody else"),
        "code": Key("the sign-in asks for a code: yes or no", values.switch),
        "code_minutes": Key("minutes for which a code is good", values.count),
        "closed": Key("giffgaff has closed the account: yes or no", values.switch),
        **KEYS,
    }

    def seed(self, books: Books) -> None:
        """A line that is due."""
        books.put(
            NAME, session_minutes=30, code_minutes=5, code=True, closed=False, sold_out="none",
            auto_topup=False, failures=0, lock_after=5, locked=False, in_use=False,
        )  # fmt: skip
        self.set(books, "due", None)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key in ("due", "fresh", "paid_days_ago"):
            line.start(books, {"due": 172, "fresh": 1}.get(key, value))
            books.put(NAME, in_use=False)
        elif key == "no_orders":
            books.put(NAME, orders=[], in_use=True)
        elif key == "redeem":
            found = vouchers.find(books, vouchers.next_code(books))
            if isinstance(found, int):
                vouchers.redeem(books, found)
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """E-mail address, password and postal address; a voucher that was not redeemed yet."""
        return {
            "email": f"hana.{derive.digits(books.seed, 4, NAME, 'id')}@example.co.uk",
            "password": derive.password(books.seed, NAME, "password"),
            "postcode": "UB8 1HS",
            "address": "2 Belmont Road, Uxbridge",
            "voucher": vouchers.next_code(books),
            "line": NUMBER,
        }

    def letter(self, books: Books, message: Message) -> str:
        """The mail or text message with a code."""
        code = code_of(books, NAME, 6, message)
        return f"giffgaff: {code} is your security code. Never share it with anyone."

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.giffgaff.site import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all."""
        return (
            '<html lang="en-GB"><head><title>giffgaff</title></head><body>'
            "<h1>We're doing some maintenance</h1><p>Back soon.</p></body></html>"
        )


PORTAL = Giffgaff()
