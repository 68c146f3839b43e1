"""The portal's site: signing in, the line, the list of offers, past orders."""

from __future__ import annotations

import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, Router

from runner.sandbox import desk
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.hoshi_mobile import line
from runner.sandbox.hoshi_mobile.line import NAME, NUMBER
from runner.sandbox.hoshi_mobile.orders import Orders
from runner.sandbox.hoshi_mobile.portal import TEMPLATES, HoshiMobile
from runner.sandbox.japan import in_japan
from runner.sandbox.layout import Redesign
from runner.sandbox.portal import App
from runner.sandbox.site import answering

REDESIGN = Redesign(names={}, words={"Pay now": "Complete order", "Total": "Amount due"})


class Desk(desk.Desk):
    """The desk of this portal's pages."""

    def __init__(self, books: Books, portal: HoshiMobile) -> None:
        super().__init__(
            books,
            NAME,
            templates=[TEMPLATES],
            redesign=REDESIGN,
            cookies={"hoshi": "HMSID"},
            sessions=("hoshi",),
        )
        self.portal = portal

    def values(self) -> dict[str, Any]:
        """What every page's template may use."""
        return {**super().values(), "number": NUMBER}

    def signed_in(self, request: Request) -> None:
        """Only for visitors who are signed in; others are sent to the sign-in."""
        if self.session(request, "hoshi") is None:
            raise Answer(RedirectResponse("/", 303))


class Pages:
    """The pages that only show, and the sign-in."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/", self.start),
            Route("/login", self.sign_in, methods=["POST"]),
            Route("/logout", self.leave),
            Route("/account", self.account),
            Route("/history", self.history),
        ]

    async def start(self, request: Request, error: str = "") -> Response:
        """The sign-in, for those who are not signed in."""
        if self.desk.session(request, "hoshi") is not None:
            return RedirectResponse("/account", 302)
        return self.desk.page(request, "login.html", error=error)

    async def sign_in(self, request: Request) -> Response:
        """Check id and password."""
        form = await request.form()
        own = self.desk.portal.secrets(self.books)
        right = all(
            hmac.compare_digest(str(form.get(name, "")).encode(), own[name].encode())
            for name in ("id", "password")
        )
        if not right:
            self.books.note(NAME, "wrong_password")
            return await self.start(request, "Your ID or password is wrong.")
        self.books.note(NAME, "signed_in")
        response = RedirectResponse("/account", 303)
        self.desk.begin(response, "hoshi")
        return response

    async def leave(self, request: Request) -> Response:
        """Sign out."""
        response = RedirectResponse("/", 302)
        self.desk.end(request, response, "hoshi")
        return response

    async def account(self, request: Request) -> Response:
        """The line as it is."""
        self.desk.signed_in(request)
        return self.desk.page(
            request,
            "account.html",
            until=line.valid_until(self.books),
            data=self.desk.setting("data"),
            credit=self.desk.setting("credit"),
            plan=self.desk.setting("plan"),
            renews=self.desk.setting("renews"),
        )

    async def history(self, request: Request) -> Response:
        """Past orders, the newest first."""
        self.desk.signed_in(request)
        query = "SELECT * FROM charges WHERE portal = ? ORDER BY id DESC"
        orders = [{**dict(row), "on": in_japan(row["at"])} for row in self.books.rows(query, NAME)]
        return self.desk.page(request, "history.html", orders=orders)


def build(books: Books, portal: HoshiMobile) -> App:
    """The site as an application."""
    own = Desk(books, portal)
    return answering(Router([*Pages(own).routes(), *Orders(own).routes()]))
