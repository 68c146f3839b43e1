"""The desk of Rakuten's pages: the sign-in's host and my 楽天モバイル, each with a session of its own."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse

from runner.sandbox import desk
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.layout import Redesign
from runner.sandbox.rakuten_mobile.line import NAME
from runner.sandbox.rakuten_mobile.portal import TEMPLATES, RakutenMobile

MY, LOGIN = "https://portal.mobile.rakuten.co.jp", "https://login.account.rakuten.com"
AUTHORIZE = (
    f"{LOGIN}/sso/authorize?response_type=code&scope=openid&client_id=rmn_app_web"
    "&redirect_uri=https%3A%2F%2Fportal.mobile.rakuten.co.jp%2Fauth%2Fcallback#/sign_in"
)
UPGRADE = f"{LOGIN}/session/upgrade#/sign_in/password"
REDESIGN = Redesign(
    names={"title__data": "usage__sum", "summary__total": "summary__sum"},
    words={"購入する": "注文を確定する", "お支払い金額": "合計"},
)
REJECTED = (
    "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please"
    " consult with your administrator.<br><br>Your support ID is: 8125460099117724013</body></html>"
)


class Desk(desk.Desk):
    """What Rakuten's pages share."""

    def __init__(self, books: Books, portal: RakutenMobile) -> None:
        super().__init__(
            books,
            NAME,
            templates=[TEMPLATES],
            redesign=REDESIGN,
            cookies={"sso": "OHSSO", "step": "OHSTEP", "my": "TS0146c1a2"},
            sessions=portal.sessions,
        )
        self.portal = portal

    def wall(self, request: Request) -> None:
        """What the firewall in front of my 楽天モバイル shows to those whom it takes for programs."""
        if self.strike(request, "human_check"):
            self.books.note(NAME, "human_check")
            raise Answer(HTMLResponse(REJECTED))

    def visitor(self, request: Request) -> dict[str, Any]:
        """The visitor's session at my 楽天モバイル. Raises Answer: the others' pages lead to the sign-in."""
        found = self.session(request, "my")
        if found is None:
            raise Answer(RedirectResponse(AUTHORIZE, 302))
        return found

    def caller(self, request: Request) -> dict[str, Any]:
        """The same for what scripts ask: they are told where to go."""
        found = self.session(request, "my")
        if found is None:
            raise Answer(told({"to": AUTHORIZE}, 401))
        if request.method == "POST" and request.headers.get("x-csrf-token") != found["csrf"]:
            raise Answer(told({"error": "不正なリクエストです。"}, 403))
        numbers = self.setting("numbers")
        number = found.get("number")
        return {**found, "number": number if number in numbers else numbers[0]}


def told(values: dict[str, Any], status: int = 200) -> JSONResponse:
    """An answer for a script."""
    return JSONResponse(values, status, headers={"cache-control": "no-store"})
