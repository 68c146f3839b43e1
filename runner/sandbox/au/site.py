"""au's hosts as one application."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute, Host, Router
from starlette.types import Receive, Scope, Send

from runner.sandbox.au.charge import Charge
from runner.sandbox.au.desk import Desk
from runner.sandbox.au.myau import MyAu
from runner.sandbox.au.portal import Au
from runner.sandbox.au.signin import SignIn
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.portal import App


def build(books: Books, portal: Au) -> App:
    """The site as an application."""
    desk = Desk(books, portal)
    sign_in = SignIn(desk)

    async def missing(scope: Scope, receive: Receive, send: Send) -> None:
        await desk.page(Request(scope), "missing.html", 404)(scope, receive, send)

    def at(host: str, routes: Sequence[BaseRoute]) -> Host:
        return Host(host, Router(routes, default=missing))

    router = Router(
        [
            at("connect.auone.jp", sign_in.routes()),
            at("a.auone.jp", sign_in.phone_routes()),
            at("my.au.com", MyAu(desk).routes()),
            at("dch.auone.jp", Charge(desk).routes()),
        ],
        default=missing,
    )

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await router(scope, receive, send)
        except Answer as answer:
            await answer.response(scope, receive, send)

    return site
