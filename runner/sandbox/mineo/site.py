"""mineo's hosts as one application."""

from __future__ import annotations

from runner.sandbox.books import Books
from runner.sandbox.mineo.charge import Charge
from runner.sandbox.mineo.desk import Desk
from runner.sandbox.mineo.mypage import MyPage
from runner.sandbox.mineo.portal import Mineo
from runner.sandbox.mineo.signin import SignIn
from runner.sandbox.portal import App
from runner.sandbox.site import site_of


def build(books: Books, portal: Mineo) -> App:
    """The site as an application."""
    desk = Desk(books, portal)
    own = [*MyPage(desk).routes(), *Charge(desk).routes()]
    return site_of(desk, {"my.mineo.jp": own, "login.eonet.jp": SignIn(desk).routes()})
