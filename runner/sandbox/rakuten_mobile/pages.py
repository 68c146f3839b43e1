"""my 楽天モバイル: one shell for all pages, and the figures that its script asks for."""

from __future__ import annotations

import secrets
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.books import Books
from runner.sandbox.japan import day, gb
from runner.sandbox.portal import App
from runner.sandbox.rakuten_mobile import line
from runner.sandbox.rakuten_mobile.charge import Charge
from runner.sandbox.rakuten_mobile.desk import AUTHORIZE, MY, Desk, told
from runner.sandbox.rakuten_mobile.line import NAME
from runner.sandbox.rakuten_mobile.portal import RakutenMobile
from runner.sandbox.rakuten_mobile.signin import SignIn, sent
from runner.sandbox.site import site_of

SHELLS = ("/dashboard", "/bill", "/data-charge", "/data-charge/history")


class Pages:
    """The pages of portal.mobile.rakuten.co.jp."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            *(Route(path, self.shell) for path in SHELLS),
            Route("/", self.home),
            Route("/my-rakuten-mobile/", self.home),
            Route("/auth/callback", self.callback),
            Route("/logout", self.leave),
            Route("/api/session", self.session),
            Route("/api/line", self.choose, methods=["POST"]),
            Route("/api/dashboard", self.dashboard),
        ]

    async def home(self, request: Request) -> Response:
        """To the dashboard."""
        return RedirectResponse("/dashboard", 302)

    async def shell(self, request: Request) -> Response:
        """An empty page whose script draws what belongs to its address."""
        self.desk.wall(request)
        self.desk.visitor(request)
        return self.desk.page(request, "app.html")

    async def callback(self, request: Request) -> Response:
        """Back from the sign-in, or from the password that was asked for once more."""
        code = self.books.take(NAME, "code", request.query_params.get("code"))
        if code is None:
            return RedirectResponse(AUTHORIZE, 302)
        before = self.desk.session(request, "my") or {}
        response = RedirectResponse("/data-charge" if code["upgraded"] else "/dashboard", 302)
        data = {"number": before.get("number"), "upgraded": code["upgraded"]}
        self.desk.begin(response, "my", csrf=secrets.token_hex(12), **data)
        return response

    async def session(self, request: Request) -> Response:
        """Who the visitor is."""
        session = self.desk.caller(request)
        numbers = self.desk.setting("numbers")
        return told({"numbers": numbers, "number": session["number"], "csrf": session["csrf"]})

    async def choose(self, request: Request) -> Response:
        """Another line from now on."""
        session, wanted = self.desk.caller(request), (await sent(request)).get("number")
        if wanted in self.desk.setting("numbers"):
            self.desk.update(request, "my", {**session, "number": wanted})
        return told({})

    async def dashboard(self, request: Request) -> Response:
        """The line's figures."""
        one = line.load(self.books, self.desk.caller(request)["number"])
        until = max((part["until"] for part in one.charged), default="")
        return told(
            {
                "plan": one.plan,
                "used": f"{one.used} GB",
                "abroad": f"{gb(one.left)} GB / {2 + one.extra}.00 GB",
                "until": f"{day(date.fromisoformat(until))} 23:59" if until else "",
                "bill": f"{one.bill:,}",
            }
        )

    async def leave(self, request: Request) -> Response:
        """Sign out everywhere."""
        self.books.void(NAME, "sso", "my", "step")
        return RedirectResponse(f"{MY}/dashboard", 302)


def build(books: Books, portal: RakutenMobile) -> App:
    """The site as an application."""
    desk = Desk(books, portal)
    mine, login = portal.hosts
    own = [*Pages(desk).routes(), *Charge(desk).routes()]
    return site_of(desk, {mine: own, login: SignIn(desk).routes()})
