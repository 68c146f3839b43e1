"""The practice portal of Google Fi: its account and its settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from runner.sandbox import derive, values
from runner.sandbox.books import Books, Message
from runner.sandbox.codes import code_of
from runner.sandbox.google_fi import line
from runner.sandbox.google_fi.line import NAME, NUMBER
from runner.sandbox.portal import App, Steered
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"
COOKIES = ("SID", "__Secure-1PSID")
"""Both are wanted of whoever is signed in. They are Google's, not Fi's: `.google.com`."""
FAR = 4102444800
"""An expiry that has not come: the end of the year 2099."""


class GoogleFi(Steered):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    hosts = ("fi.google.com", "accounts.google.com")
    faults: frozenset[str] = frozenset({"session_expiry", "wrong_code", "changed_layout"})
    keys: Mapping[str, Key] = {
        "active": Key("the service is active"),
        "paused_days_ago": Key("the service was paused so many days ago", values.count),
        "used": Key("data used in this cycle, e.g. 1.27 GB", values.gigabytes),
        "trouble": Key("the last payment was declined: yes or no", values.switch),
        "takes": Key("seconds until a pause shows", values.seconds),
        "pages": Key(
            "Actions (today's) or Manage plan (the older ones): new or old",
            values.one_of("new", "old"),
        ),
        "addon": Key("the review of a pause offers an add-on, ticked: yes or no", values.switch),
        "refuses": Key(
            "what the sign-in takes for a program: text that nobody typed (typing), or a browser "
            "that a program steers, too (browser)",
            values.one_of("typing", "browser"),
        ),
        "second": Key("ask for a code by SMS after the password: yes or no", values.switch),
        "code_minutes": Key("minutes for which a code is good", values.count),
        "sign_out": Key("end all sessions"),
        "now": Key("the portal's clock, e.g. 2026-01-31T10:00+09:00, or real", values.moment),
    }

    def seed(self, books: Books) -> None:
        """A line that is active, half a cycle old."""
        activated = line.today(books) - timedelta(days=400)
        books.put(
            NAME, activated=activated.isoformat(), paused_at=None, used="0.42", trouble=False,
            takes=0.0, pages="new", addon=False, refuses="typing", second=True, code_minutes=10,
            generation=1, session_minutes=60,
        )  # fmt: skip

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key == "active":
            books.put(NAME, paused_at=None)
        elif key == "paused_days_ago":
            since = books.now(NAME).astimezone(line.ZONE) - timedelta(days=value)
            books.put(NAME, paused_at=since.isoformat())
        elif key == "sign_out":
            sign_out(books)
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """The Google Account, and what an extension of the owner's browser exports of its cookies."""
        return {
            "line": NUMBER,
            "email": f"hanako.{derive.digits(books.seed, 4, NAME, 'id')}@gmail.com",
            "password": derive.password(books.seed, NAME, "password"),
            "cookies": json.dumps(exported(books)),
        }

    def letter(self, books: Books, message: Message) -> str:
        """The text message with a code."""
        return f"G-{code_of(books, NAME, 6, message)} is your Google verification code."

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.google_fi.site import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all."""
        return (
            "<html lang=en><head><title>Error 503</title></head>"
            "<body><p>The service is temporarily unavailable. Please try again later.</p></body></html>"
        )


def session(books: Books) -> dict[str, str]:
    """The cookies of whoever is signed in, until everybody is signed out."""
    generation = books.get(NAME, "generation")
    return {name: f"{derive.number(books.seed, NAME, name, generation):064x}" for name in COOKIES}


def sign_out(books: Books) -> None:
    """End all sessions: cookies that were good are good no more."""
    with books.writing():
        books.put(NAME, generation=books.get(NAME, "generation") + 1)


def exported(books: Books) -> list[dict[str, Any]]:
    """The cookies of the owner's browser, as a cookie-export extension writes them."""
    common = {"path": "/", "secure": True, "session": False, "storeId": "0", "expirationDate": FAR}
    own = [
        {
            **common, "name": name, "value": value, "domain": ".google.com", "hostOnly": False,
            "httpOnly": True, "sameSite": "unspecified",
        }
        for name, value in session(books).items()
    ]  # fmt: skip
    here = {
        **common, "name": "__Host-GAPS", "value": "1:practice", "domain": "accounts.google.com",
        "hostOnly": True, "httpOnly": True, "sameSite": "no_restriction",
    }  # fmt: skip
    other = {
        **common, "name": "PREF", "value": "tz=Asia.Tokyo", "domain": ".youtube.com",
        "hostOnly": False, "httpOnly": False, "sameSite": "unspecified",
    }  # fmt: skip
    return [*own, here, other]


PORTAL = GoogleFi()
