"""The desk of Airalo's pages: bare pages that fetch what they show, and the requests they make."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from runner.sandbox import desk
from runner.sandbox.airalo.line import NAME
from runner.sandbox.airalo.portal import TEMPLATES, Airalo
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.layout import Redesign

KNOWN_FOR = timedelta(days=365)
DEVICE = "airalo_device"
UNEXPECTED = "Something unexpected happened. Please try again later."
REDESIGN = Redesign(
    names={"PRICE-value": "amount", "ICCID-value": "esim-number", "summary__row": "bill-line"},
    words={"TOP UP": "ADD MORE", "COMPLETE ORDER": "BUY NOW", "Order ID": "Reference"},
)


class Desk(desk.Desk):
    """What Airalo's pages share."""

    def __init__(self, books: Books, portal: Airalo) -> None:
        super().__init__(
            books,
            NAME,
            templates=[TEMPLATES],
            redesign=REDESIGN,
            cookies={"airalo": "airalo_session", "step": "airalo_step"},
            sessions=portal.sessions,
        )
        self.portal = portal

    def bare(self, request: Request, template: str, **values: Any) -> Response:
        """A page without its content: its script fetches that, and goes to the sign-in without it."""
        return self.page(request, template, nags=self.setting("nags"), **values)

    def signed_in(self, request: Request) -> None:
        """Only for visitors who are signed in. Raises Answer (401)."""
        if self.session(request, "airalo") is None:
            raise refusal(401, "Unauthenticated.")

    def broken(self, request: Request) -> Answer:
        """What a request without its token gets."""
        return refusal(422, UNEXPECTED, 53)


def refusal(status: int, message: str, code: int | None = None) -> Answer:
    """A request that is refused, with the number that Airalo's API for partners gives the reason."""
    told = {"message": message} if code is None else {"message": message, "code": code}
    return Answer(JSONResponse(told, status, headers={"cache-control": "no-store"}))


def told(data: Any) -> Response:
    """What a page's script asked for."""
    return JSONResponse({"data": data}, headers={"cache-control": "no-store"})
