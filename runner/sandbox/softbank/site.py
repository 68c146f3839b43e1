"""The site: which host has which pages."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from runner.sandbox.books import Books
from runner.sandbox.portal import App
from runner.sandbox.site import site_of
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
    return site_of(lobby.front, routes)
