"""Airalo's host as one application."""

from __future__ import annotations

from runner.sandbox.airalo.checkout import Checkout
from runner.sandbox.airalo.desk import Desk
from runner.sandbox.airalo.portal import Airalo
from runner.sandbox.airalo.shop import Shop
from runner.sandbox.airalo.signin import SignIn
from runner.sandbox.books import Books
from runner.sandbox.portal import App
from runner.sandbox.site import site_of


def build(books: Books, portal: Airalo) -> App:
    """The site as an application."""
    desk = Desk(books, portal)
    routes = [*SignIn(desk).routes(), *Shop(desk).routes(), *Checkout(desk).routes()]
    return site_of(desk, dict.fromkeys(portal.hosts, routes))
