"""Airalo's host as one application."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from runner.sandbox.airalo.checkout import Checkout
from runner.sandbox.airalo.desk import Desk
from runner.sandbox.airalo.portal import Airalo
from runner.sandbox.airalo.shop import Shop
from runner.sandbox.airalo.signin import SignIn
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.portal import App


def build(books: Books, portal: Airalo) -> App:
    """The site as an application."""
    desk = Desk(books, portal)
    routes = [*SignIn(desk).routes(), *Checkout(desk).routes(), *Shop(desk).routes()]

    async def missing(scope: Scope, receive: Receive, send: Send) -> None:
        await desk.page(Request(scope), "missing.html", 404)(scope, receive, send)

    router = Router(routes, default=missing)

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await router(scope, receive, send)
        except Answer as answer:
            await answer.response(scope, receive, send)

    return site
