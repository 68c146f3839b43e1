"""Ultra Mobile's hosts as one application."""

from __future__ import annotations

from starlette.routing import Route

from runner.sandbox.books import Books
from runner.sandbox.portal import App
from runner.sandbox.site import site_of
from runner.sandbox.ultra_mobile.account import Account
from runner.sandbox.ultra_mobile.desk import Desk
from runner.sandbox.ultra_mobile.portal import UltraMobile
from runner.sandbox.ultra_mobile.renew import Renew
from runner.sandbox.ultra_mobile.signin import SignIn


def build(books: Books, portal: UltraMobile) -> App:
    """The site as an application."""
    desk = Desk(books, portal)
    account = Account(desk)
    own = [*SignIn(desk).routes(), *account.routes(), *Renew(desk).routes()]
    bare = [Route("/{path:path}", account.elsewhere)]
    return site_of(desk, {"www.ultramobile.com": own, "ultramobile.com": bare})
