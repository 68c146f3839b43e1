"""The desk of docomo's pages: its line's number on each of them, and its ways to the sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse

from runner.sandbox import desk
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.docomo.layout import REDESIGN
from runner.sandbox.docomo.line import NAME
from runner.sandbox.docomo.portal import TEMPLATES

if TYPE_CHECKING:
    from runner.sandbox.docomo.portal import Docomo

SIGN_IN = "https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin"
SIGN_OUT = "https://cfg.smt.docomo.ne.jp/auth/cgi/logout"
TOP = "https://www.docomo.ne.jp/mydocomo/"
COOKIES = {"sso": "dcm_auth", "mydocomo": "MYDCMSID"}


class Desk(desk.Desk):
    """Where every page of the portal is handled."""

    def __init__(self, books: Books, portal: Docomo) -> None:
        super().__init__(
            books,
            NAME,
            templates=[TEMPLATES],
            redesign=REDESIGN,
            cookies=COOKIES,
            sessions=portal.sessions,
        )
        self.portal = portal

    def values(self) -> dict[str, Any]:
        """What every page's template may use."""
        return {
            **super().values(),
            "number": self.portal.secrets(self.books)["line"],
            "code_by": self.setting("code_by"),
        }

    def signed_in(self, request: Request) -> None:
        """Only for visitors who are signed in; others are sent to the sign-in, and back."""
        if self.session(request, "mydocomo") is not None:
            return
        if request.method == "POST":
            raise Answer(self.page(request, "expired.html"))
        raise Answer(to_sign_in(f"https://www.docomo.ne.jp{request.url.path}"))


def to_sign_in(back: str) -> RedirectResponse:
    """To the sign-in, which leads back to this address."""
    from urllib.parse import quote

    return RedirectResponse(f"{SIGN_IN}?rl={quote(back, safe='')}", 302)
