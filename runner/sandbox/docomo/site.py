"""The portal's site: which host has which pages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.books import Books
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
from runner.sandbox.site import site_of


def build(books: Books, portal: Docomo) -> App:
    """The site as an application."""
    desk = Desk(books, portal)
    pages, sign_in = MyDocomo(desk), SignIn(desk)

    async def moved(request: Request) -> Response:
        return RedirectResponse(TOP, 301)

    signing_in = [
        *sign_in.routes(), *Passkeys(desk, sign_in).routes(), *HumanCheck(desk).routes()
    ]  # fmt: skip
    return site_of(
        desk,
        {
            "cfg.smt.docomo.ne.jp": signing_in,
            "id.smt.docomo.ne.jp": Menu(desk).routes(),
            "www.docomo.ne.jp": [*pages.routes(), *Orders(desk, pages).routes()],
            "www.nttdocomo.co.jp": [Route("/mydocomo/data", moved)],
            **{stranger: LookAlike(desk).routes() for stranger in HOSTS.values()},
        },
    )
