"""The site: which host has which pages."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute, Host, Router
from starlette.types import Receive, Scope, Send

from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.portal import App
from runner.sandbox.softbank.brand import Brand, host_of
from runner.sandbox.softbank.carrier import Carrier
from runner.sandbox.softbank.figures import Figures
from runner.sandbox.softbank.lobby import Lobby
from runner.sandbox.softbank.mypage import MyPage
from runner.sandbox.softbank.signin import Callback, SignIn


def build(books: Books, brand: Brand, portals: Sequence[Carrier]) -> App:
    """The site of all accounts of a brand as one application."""
    lobby = Lobby(books, brand, portals)
    figures = Figures(lobby)
    more = [route for counter in lobby.counters for route in counter.portal.pages(lobby, counter)]
    routes: dict[str, list[BaseRoute]] = {}
    for url, pages in (
        (brand.signin, SignIn(lobby).routes()),
        (brand.top, [*MyPage(lobby).routes(), Callback(lobby, brand.top, "my").route(), *more]),
        (brand.data, figures.data_routes()),
        (brand.bill, [*figures.bill_routes(), Callback(lobby, brand.bill, "bill").route()]),
    ):
        routes.setdefault(host_of(url), []).extend(pages)

    async def missing(scope: Scope, receive: Receive, send: Send) -> None:
        await lobby.front.page(Request(scope), "missing.html", 404)(scope, receive, send)

    router = Router(
        [Host(host, Router(pages, default=missing)) for host, pages in routes.items()],
        default=missing,
    )

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await router(scope, receive, send)
        except Answer as answer:
            await answer.response(scope, receive, send)

    return site
