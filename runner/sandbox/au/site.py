"""au's hosts as one application."""

from __future__ import annotations

from runner.sandbox.au.charge import Charge
from runner.sandbox.au.desk import Desk
from runner.sandbox.au.myau import MyAu
from runner.sandbox.au.portal import Au
from runner.sandbox.au.signin import SignIn
from runner.sandbox.books import Books
from runner.sandbox.portal import App
from runner.sandbox.site import site_of


def build(books: Books, portal: Au) -> App:
    """The site as an application."""
    desk = Desk(books, portal)
    sign_in = SignIn(desk)
    return site_of(
        desk,
        {
            "connect.auone.jp": sign_in.routes(),
            "a.auone.jp": sign_in.phone_routes(),
            "my.au.com": MyAu(desk).routes(),
            "dch.auone.jp": Charge(desk).routes(),
        },
    )
