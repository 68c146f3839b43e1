"""mineo's hosts as one application."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Host, Router
from starlette.types import Receive, Scope, Send

from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.mineo.charge import Charge
from runner.sandbox.mineo.desk import Desk
from runner.sandbox.mineo.mypage import MyPage
from runner.sandbox.mineo.portal import Mineo
from runner.sandbox.mineo.signin import SignIn
from runner.sandbox.portal import App


def build(books: Books, portal: Mineo) -> App:
    """The site as an application."""
    desk = Desk(books, portal)

    async def missing(scope: Scope, receive: Receive, send: Send) -> None:
        await desk.page(Request(scope), "missing.html", 404)(scope, receive, send)

    own = [*MyPage(desk).routes(), *Charge(desk).routes()]
    router = Router(
        [
            Host("my.mineo.jp", Router(own, default=missing)),
            Host("login.eonet.jp", Router(SignIn(desk).routes(), default=missing)),
        ],
        default=missing,
    )

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await router(scope, receive, send)
        except Answer as answer:
            await answer.response(scope, receive, send)

    return site
