"""The portal's site: which host has which pages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Host, Route, Router
from starlette.types import Receive, Scope, Send

from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.docomo.desk import TOP, Desk
from runner.sandbox.docomo.human import HumanCheck
from runner.sandbox.docomo.lookalike import HOSTS, LookAlike
from runner.sandbox.docomo.menu import Menu
from runner.sandbox.docomo.mydocomo import MyDocomo
from runner.sandbox.docomo.orders import Orders
from runner.sandbox.docomo.passkeys import Passkeys
from runner.sandbox.docomo.portal import Docomo
from runner.sandbox.docomo.signin import SignIn
from runner.sandbox.portal import App


def build(books: Books, portal: Docomo) -> App:
    """The site as an application."""
    desk = Desk(books, portal)
    pages, sign_in = MyDocomo(desk), SignIn(desk)

    async def missing(scope: Scope, receive: Receive, send: Send) -> None:
        await desk.page(Request(scope), "missing.html", 404)(scope, receive, send)

    async def moved(request: Request) -> Response:
        return RedirectResponse(TOP, 301)

    def host(routes: list[Route]) -> Router:
        return Router(routes, default=missing)

    router = Router(
        [
            Host(
                "cfg.smt.docomo.ne.jp",
                host(
                    [
                        *sign_in.routes(),
                        *Passkeys(desk, sign_in).routes(),
                        *HumanCheck(desk).routes(),
                    ]
                ),
            ),
            Host("id.smt.docomo.ne.jp", host(Menu(desk).routes())),
            Host(
                "www.docomo.ne.jp",
                host([*pages.routes(), *Orders(desk, pages).routes()]),
            ),
            Host("www.nttdocomo.co.jp", host([Route("/mydocomo/data", moved)])),
            *(Host(stranger, host(LookAlike(desk).routes())) for stranger in HOSTS.values()),
        ],
        default=missing,
    )

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await router(scope, receive, send)
        except Answer as answer:
            await answer.response(scope, receive, send)

    return site
