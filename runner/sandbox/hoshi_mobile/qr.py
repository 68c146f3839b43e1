"""Paying by a QR code: the page shows it, a phone scans it, the page sees that by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runner.sandbox.derive import number
from runner.sandbox.hoshi_mobile.line import NAME

if TYPE_CHECKING:
    from runner.sandbox.hoshi_mobile.site import Desk

LIFE = timedelta(hours=1)
CODES = 2
"""How many codes an order gets before it is closed."""

KIND = "result"
"""The ticket of an order is also where its end is looked up."""


class QrCodes:
    """The pages under /topup/qr. `place` charges an order, and gives its number."""

    def __init__(self, desk: Desk, place: Callable[[dict[str, Any]], str]) -> None:
        self.desk, self.books, self.place = desk, desk.books, place

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/topup/qr/state", self.state),
            Route("/topup/qr/again", self.again, methods=["POST"]),
        ]

    def begin(self, order: dict[str, Any]) -> str:
        """A first code for an order; gives its ticket."""
        return self.books.issue(NAME, KIND, self._fresh(order, 1), LIFE)

    def show(self, request: Request, token: str) -> Response:
        """The page with the code."""
        data = self.books.look(NAME, KIND, token)
        bars = f"{number(self.books.seed, token, data['codes']) % 2**64:064b}"
        return self.desk.page(request, "qr.html", token=token, bars=bars)

    async def state(self, request: Request) -> Response:
        """What the page asks again and again."""
        token = request.query_params.get("order", "")
        with self.books.writing():
            data = self.books.look(NAME, KIND, token)
            if data is None or data["state"] != "waiting":
                return JSONResponse({"state": data["state"] if data else "gone"})
            waited = (self.books.now(NAME) - datetime.fromisoformat(data["at"])).total_seconds()
            if self.desk.setting("qr") == data["codes"] and waited >= 1:
                paid = {"state": "paid", "reference": self.place(data["order"])}
                self.books.change(NAME, KIND, token, paid, LIFE)
                return JSONResponse({"state": "paid"})
        life = self.desk.setting("qr_seconds" if data["codes"] == 1 else "qr_fresh_seconds")
        over = waited > life
        return JSONResponse({"state": "over" if over else "waiting"})

    async def again(self, request: Request) -> Response:
        """A fresh code, or the end of the order."""
        self.desk.signed_in(request)
        token = str((await request.form()).get("order", ""))
        data = self.books.look(NAME, KIND, token)
        if data is None or data["state"] != "waiting" or data["codes"] >= CODES:
            self.books.take(NAME, KIND, token)
            return self.desk.page(request, "declined.html", why="The order was closed unpaid.")
        self.books.note(NAME, "fresh_code")
        self.books.change(NAME, KIND, token, self._fresh(data["order"], data["codes"] + 1), LIFE)
        return self.show(request, token)

    def _fresh(self, order: dict[str, Any], codes: int) -> dict[str, Any]:
        at = self.books.now(NAME).isoformat()
        return {"state": "waiting", "order": order, "codes": codes, "at": at}
