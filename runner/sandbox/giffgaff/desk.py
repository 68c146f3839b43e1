"""The desk of giffgaff's pages: the sign-in's host and the member's pages, each with its own session."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from runner.sandbox import desk
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.giffgaff import line
from runner.sandbox.giffgaff.line import NAME, NUMBER
from runner.sandbox.giffgaff.portal import TEMPLATES, Giffgaff
from runner.sandbox.layout import Redesign

WWW, ID = "https://www.giffgaff.com", "https://id.giffgaff.com"
API = "https://publicapi.giffgaff.com"
REDESIGN = Redesign(
    names={"airtime-credit": "balance-card"},
    words={"Pay now": "Complete payment", "Total to pay": "You pay"},
)


class Desk(desk.Desk):
    """What giffgaff's pages share."""

    def __init__(self, books: Books, portal: Giffgaff) -> None:
        super().__init__(
            books,
            NAME,
            templates=[TEMPLATES],
            redesign=REDESIGN,
            cookies={"login": "GGID", "step": "GGSTEP", "www": "giffgaff"},
            sessions=portal.sessions,
        )
        self.portal = portal
        self._templates.filters |= {"pounds": line.pounds, "long_day": line.long_day}

    def values(self) -> dict[str, Any]:
        """What every page's template may use."""
        return {**super().values(), "number": NUMBER}

    def signed_in(self, request: Request) -> None:
        """Only for members who are signed in. Raises Answer: others are sent to the sign-in."""
        if self.session(request, "www") is None:
            page = request.url.path if request.method == "GET" else "/dashboard"
            back = quote(f"{WWW}{page}", safe="")
            raise Answer(RedirectResponse(f"{ID}/auth/login/challenge?redirect={back}", 302))

    def json_of(self, found: Any) -> dict[str, Any]:
        """The fields of a request's JSON; none where it is not a map."""
        return found if isinstance(found, dict) else {}

    def refuse(self, request: Request, why: str) -> Response:
        """A page that says why an order can't be."""
        return self.page(request, "refused.html", why=why)
