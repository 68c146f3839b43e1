"""The practice portal of Webビリング: its settings. Its account is docomo's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runner.sandbox import values
from runner.sandbox.books import Books, Message
from runner.sandbox.docomo.portal import PORTAL as DOCOMO
from runner.sandbox.portal import KEYS, App, Steered
from runner.sandbox.values import Key

NAME = "web-billing"
TEMPLATES = Path(__file__).parent / "templates"


class WebBilling(Steered):
    """See `runner.sandbox.portal.Portal`. It sends no codes: docomo's sign-in does."""

    name = NAME
    hosts = ("webbilling.ntt-finance.co.jp",)
    sessions = ("own",)
    faults: frozenset[str] = frozenset({"session_expiry", "changed_layout"})
    keys: Mapping[str, Key] = {
        "bills": Key("how many months have a bill", values.count),
        **KEYS,
    }

    def seed(self, books: Books) -> None:
        """Three months."""
        books.put(NAME, bills=3, session_minutes=30)

    def secrets(self, books: Books) -> dict[str, str]:
        """The dアカウント's ID and password, and docomo's line."""
        docomo = DOCOMO.secrets(books)
        return {name: docomo[name] for name in ("id", "password", "line")}

    def letter(self, books: Books, message: Message) -> str:
        """It sends none."""
        return ""

    def app(self, books: Books) -> App:
        """The site itself."""
        from runner.sandbox.web_billing.site import build

        return build(books, self)

    def maintenance(self) -> str:
        """One page for all."""
        return (
            '<html lang="ja"><head><meta charset="UTF-8"></head>'
            "<body><p>システムメンテナンスのため、ご利用いただけません。</p></body></html>"
        )


PORTAL = WebBilling()
