"""The practice portal of au: its account and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from runner.sandbox import derive, values
from runner.sandbox.au import line
from runner.sandbox.au.line import NAME, NUMBERS
from runner.sandbox.books import Books, Message
from runner.sandbox.codes import code_of
from runner.sandbox.portal import KEYS, App, Steered
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"


class Au(Steered):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    hosts = ("connect.auone.jp", "a.auone.jp", "my.au.com", "dch.auone.jp")
    sessions = ("au_id", "au_step", "my_au", "charge", "pass")
    faults: frozenset[str] = frozenset(
        {"declined", "sold_out", "price", "session_expiry", "wrong_code", "changed_layout"}
    )
    keys: Mapping[str, Key] = {
        "due": Key("the first line has little data left"),
        "fresh": Key("the first line has data enough"),
        "one_page": Key("ID and password are asked for on one page: yes or no", values.switch),
        "second": Key(
            "after the password: code (by SMS), mail (a code by mail), url (opened on the phone) or"
            " off",
            values.one_of("code", "mail", "url", "off"),
        ),
        "scan": Key("the owner reads the waiting page's barcode in My au's app, and lets it in"),
        "consent": Key("ask for the owner's consent once more"),
        "lines": Key("how many lines the au ID has: 1 or 2", values.one_of("1", "2")),
        "locked": Key("the account is locked: yes or no", values.switch),
        "code_minutes": Key("minutes for which a code or a URL is good", values.count),
        **KEYS,
    }

    def seed(self, books: Books) -> None:
        """Two lines, the first of which is due."""
        books.put(
            NAME, one_page=False, second="code", consented=False, numbers=list(NUMBERS),
            failures=0, lock_after=5, locked=False, wrong_pins=0, session_minutes=30,
            code_minutes=10, approved=0,
        )  # fmt: skip
        for one in line.START:
            line.keep(books, one)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key in ("due", "fresh"):
            first = line.load(books, NUMBERS[0])
            month, charged = ("0.21", "0") if key == "due" else ("2.8", first.charged)
            line.keep(books, replace(first, month=month, charged=charged))
        elif key == "scan":
            message = books.last_message(NAME)
            books.put(NAME, approved=message.id if message else 0)
        elif key == "consent":
            books.put(NAME, consented=False)
        elif key == "lines":
            books.put(NAME, numbers=list(NUMBERS[: int(value)]))
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """au ID, password, the 暗証番号 of four digits, the registered card's security code, a line."""
        return {
            "id": f"hanako.{derive.digits(books.seed, 4, NAME, 'id')}@example.jp",
            "password": derive.password(books.seed, NAME, "password"),
            "pin": derive.digits(books.seed, 4, NAME, "pin"),
            "card_cvc": derive.digits(books.seed, 3, NAME, "cvc"),
            "line": NUMBERS[0],
        }

    def letter(self, books: Books, message: Message) -> str:
        """The text message or mail: a code, or the one-time URL."""
        if books.get(NAME, "second") == "url":
            return (
                f"au ID でログイン(このURLは決して第三者に教えないでください) {url(books, message)}"
            )
        code = code_of(books, NAME, 6, message)
        return f"【au ID】確認コード：{code} 第三者には絶対に教えないでください。"

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.au.site import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all."""
        return (TEMPLATES / "maintenance.html").read_text(encoding="utf-8")


def url(books: Books, message: Message) -> str:
    """The one-time URL that goes with a message, also as a QR code beside it."""
    return f"https://a.auone.jp/{derive.digits(books.seed, 16, NAME, 'url', message.id)}"


PORTAL = Au()
