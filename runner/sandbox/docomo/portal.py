"""The practice portal of NTT docomo: its account, its settings, and where its site begins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from runner.sandbox import derive, values
from runner.sandbox.books import Books, Message
from runner.sandbox.codes import code_of
from runner.sandbox.docomo import authenticator, line
from runner.sandbox.docomo.line import NAME
from runner.sandbox.portal import KEYS, App, Steered
from runner.sandbox.values import Key

TEMPLATES = Path(__file__).parent / "templates"
SETTINGS: Mapping[str, Any] = {
    "plan": "eximo ポイ活",
    "bill": 6578,
    "price": 1100,
    "two_step": "strong",
    "activation": 0.0,
    "password_generation": 1,
    "failures": 0,
    "locked": False,
    "lock_after": 5,
    "session_minutes": 30,
    "code_minutes": 10,
    "code_by": "sms",
    "mail_server": "",
    "approval": "",
    "sign_ins": 0,
    "passkeys": "[]",
}


class Docomo(Steered):
    """See `runner.sandbox.portal.Portal`."""

    name = NAME
    hosts = (
        "www.docomo.ne.jp",
        "cfg.smt.docomo.ne.jp",
        "id.smt.docomo.ne.jp",
        "www.nttdocomo.co.jp",
        "cfg.smt.docomo.ne.jp.example",
        "cfg.smt.xn--dcomo-jye.ne.jp",
    )
    sessions = ("sso", "mydocomo", "pass")
    faults = frozenset(
        {
            "session_expiry",
            "human_check",
            "look_alike",
            "foreign_frame",
            "wrong_code",
            "changed_layout",
            "price",
            "trick",
            "declined",
            "sold_out",
            "banner",
        }
    )
    keys: Mapping[str, Key] = {
        "due": Key("the line's data is nearly used up and ends in three days"),
        "fresh": Key("the line has plenty of data for more than four weeks"),
        "data_left": Key("data left, e.g. 0.5 or 512MB", values.gigabytes),
        "expires_on": Key("last day of the data, e.g. 2026-11-30", values.day),
        "used": Key("data used this month, in GB", values.gigabytes),
        "plan": Key("the plan's name", values.text),
        "bill": Key("this month's charges in yen, without orders", values.count),
        "price": Key("price of 1GB追加オプション in yen", values.count),
        "activation": Key("seconds from an order to the data", values.seconds),
        "two_step": Key(
            "strong (always asks an unknown browser), weak (every third time) or off",
            values.one_of("strong", "weak", "off"),
        ),
        "password": Key("give the account a new password"),
        "locked": Key("the account is locked: yes or no", values.switch),
        "lock_after": Key("wrong passwords in a row that lock the account", values.count),
        "code_minutes": Key("minutes for which a code is good", values.count),
        "code_by": Key(
            "the second step: a code by sms or mail, as docomo does; or, for practice alone, an "
            "authenticator or an approval in the app (offered until 2024; pages from memory)",
            values.one_of("sms", "mail", "authenticator", "app"),
        ),
        "mail_server": Key("where its mails are sent by SMTP, e.g. 127.0.0.1:2525", values.text),
        "approve": Key("the owner approves the sign-in that waits in the app"),
        "forget_terminals": Key("no browser is trusted any more"),
        "forget_passkeys": Key("the account has no passkey any more"),
        **KEYS,
    }

    def seed(self, books: Books) -> None:
        """A line that is due."""
        books.put(NAME, **SETTINGS)
        line.make_due(books)

    def set(self, books: Books, key: str, value: Any) -> None:
        """Set a key to a value that was read already."""
        if key == "due":
            line.make_due(books)
        elif key == "fresh":
            line.make_fresh(books)
        elif key == "data_left":
            line.hold(books, Decimal(value), line.load(books).expires_on)
        elif key == "expires_on":
            line.hold(books, line.load(books).left, date.fromisoformat(value))
        elif key == "password":
            books.put(NAME, password_generation=books.get(NAME, "password_generation") + 1)
        elif key == "forget_terminals":
            books.void(NAME, "terminal")
        elif key == "forget_passkeys":
            books.put(NAME, passkeys="[]")
        elif key == "approve":
            books.put(NAME, approval="approved")
        else:
            super().set(books, key, value)

    def secrets(self, books: Books) -> dict[str, str]:
        """The dアカウント's ID and password, the ネットワーク暗証番号, the line's number, and what an
        authenticator would keep."""
        generation = books.get(
            NAME, "password_generation", 1
        )  # others ask before docomo has a state
        return {
            "id": f"taro.{derive.digits(books.seed, 5, NAME, 'id')}@example.ne.jp",
            "password": derive.password(books.seed, NAME, "password", generation),
            "pin": derive.digits(books.seed, 4, NAME, "pin"),
            "line": line.NUMBER,
            "totp": authenticator.secret(books),
        }

    def letter(self, books: Books, message: Message) -> str:
        """The text message with a security code."""
        return (
            f"【dアカウント】セキュリティコード：{code_of(books, NAME, 6, message)} "
            "他人には絶対に教えないでください。心当たりがない場合は破棄してください。"
        )

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.docomo.site import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all: no template language is needed to be closed."""
        return (TEMPLATES / "maintenance.html").read_text(encoding="utf-8")


PORTAL = Docomo()
