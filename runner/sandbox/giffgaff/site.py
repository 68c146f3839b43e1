"""giffgaff's hosts as one application."""

from __future__ import annotations

from runner.sandbox.books import Books
from runner.sandbox.giffgaff.desk import Desk
from runner.sandbox.giffgaff.member import Member
from runner.sandbox.giffgaff.portal import Giffgaff
from runner.sandbox.giffgaff.signin import SignIn
from runner.sandbox.giffgaff.topup import TopUp
from runner.sandbox.portal import App
from runner.sandbox.site import site_of


def build(books: Books, portal: Giffgaff) -> App:
    """The site as an application."""
    desk = Desk(books, portal)
    signin, member = SignIn(desk), Member(desk)
    own = [*signin.back(), *member.routes(), *TopUp(desk).routes()]
    return site_of(
        desk,
        {
            "www.giffgaff.com": own,
            "id.giffgaff.com": signin.routes(),
            "publicapi.giffgaff.com": member.api(),
        },
    )
