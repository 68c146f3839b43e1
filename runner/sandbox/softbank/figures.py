"""The other hosts: data used, and bills. Both are entered with two hidden tokens, each good once."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.japan import JAPAN
from runner.sandbox.softbank.brand import path_of
from runner.sandbox.softbank.contract import Contract
from runner.sandbox.softbank.lobby import Counter, Lobby


class Figures:
    """The data page and the billing pages."""

    def __init__(self, lobby: Lobby) -> None:
        self.lobby, self.brand = lobby, lobby.brand

    def data_routes(self) -> list[Route]:
        """Of the data host."""
        return [Route(path_of(self.brand.data), self.data, methods=["GET", "POST"])]

    def bill_routes(self) -> list[Route]:
        """Of the billing host."""
        base = path_of(self.brand.bill)
        return [
            Route(f"{base}/top", self.hand_over, methods=["POST"]),
            Route(f"{base}/billBeforeFixed/WCO020", self.this_month),
            Route(f"{base}/certificate/WCO250", self.past_months),
        ]

    async def data(self, request: Request) -> Response:
        """How much data is left."""
        counter, handed = await self.handed(request)
        number = handed["number"]
        usage = self.contract(request, counter).usage(counter.books, number)
        return counter.page(request, "data.html", number=number, usage=usage)

    async def hand_over(self, request: Request) -> Response:
        """To the bills; whose session is not known here is asked to sign in once more."""
        counter, handed = await self.handed(request)
        counter.books.put(counter.name, billed=handed["number"])
        return RedirectResponse(f"{self.brand.bill}/billBeforeFixed/WCO020", 302)

    async def this_month(self, request: Request) -> Response:
        """未確定料金: what this month has cost so far."""
        counter, _ = self.lobby.signed_in(request, "bill")
        number = counter.setting("billed") or counter.portal.numbers[0]
        items = self.contract(request, counter).items(counter.books, number)
        today = counter.books.now(counter.name).astimezone(JAPAN).date()
        return counter.page(request, "bill.html", number=number, items=items, today=today)

    async def past_months(self, request: Request) -> Response:
        """The bills of the last months."""
        counter, _ = self.lobby.signed_in(request, "bill")
        number = counter.setting("billed") or counter.portal.numbers[0]
        months = self.contract(request, counter).months(counter.books, number)
        return counter.page(request, "bills.html", number=number, months=months)

    def contract(self, request: Request, counter: Counter) -> Contract:
        """The account's contract. Raises Answer: one without has neither data page nor bills."""
        if not isinstance(counter.portal, Contract):
            raise counter.broken(request)
        return counter.portal

    async def handed(self, request: Request) -> tuple[Counter, dict[str, Any]]:
        """Whom the two tokens stand for. Raises Answer: without them there is only an error page."""
        form = await request.form()
        for counter in self.lobby.counters:
            handed = counter.books.take(counter.name, "hand_over", str(form.get("mfiv", "")))
            if handed is not None:
                counter.take(request, "hand_over_too", form.get(self.brand.token))
                return counter, handed
        raise self.lobby.front.broken(request)
