"""Buying data for this month, as the brands with small plans sell it: choose, confirm, done, history.

Each page carries a token that is good once; what is ordered comes with the month's bill.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox.desk import Answer
from runner.sandbox.japan import in_japan
from runner.sandbox.softbank.brand import path_of
from runner.sandbox.softbank.lobby import Counter, Lobby

if TYPE_CHECKING:
    from runner.sandbox.softbank.shop import Shop, Wares


class Orders:
    """The pages under /order/."""

    def __init__(self, lobby: Lobby, counter: Counter, portal: Shop, product: Wares) -> None:
        self.lobby, self.desk, self.books = lobby, counter, counter.books
        self.portal, self.product = portal, product
        self.base = f"{counter.brand.top}/order"

    def routes(self) -> list[Route]:
        """Their addresses."""
        base = path_of(self.base)
        return [
            Route(f"{base}/", self.choose),
            Route(f"{base}/confirm", self.confirm, methods=["POST"]),
            Route(f"{base}/complete", self.complete, methods=["POST"]),
            Route(f"{base}/history", self.history),
        ]

    def number(self, request: Request) -> str:
        """The line that the visitor looks at."""
        counter, session = self.lobby.signed_in(request)
        if counter.name != self.desk.name:
            raise Answer(counter.page(request, "missing.html", 404))
        return counter.number(session)

    async def choose(self, request: Request, error: str = "") -> Response:
        """What can be bought, and what it costs."""
        number = self.number(request)
        if self.desk.strike(request, "sold_out"):
            return self.page(request, "order_closed.html", number)
        token = self.desk.token("choice")
        return self.page(request, "order_choose.html", number, token=token, error=error)

    async def confirm(self, request: Request) -> Response:
        """What is about to be bought, and for how much."""
        number = self.number(request)
        form = await request.form()
        self.desk.take(request, "choice", form.get("token"))
        if form.get(self.product.field) != self.product.wish:
            return await self.choose(request, "お申し込み内容を選択してください。")
        struck = self.desk.strike(request, "price")
        price = int(struck["amount"]) if struck else self.product.price
        token = self.desk.token("order", number=number, price=price)
        return self.page(request, "order_confirm.html", number, token=token, price=price)

    async def complete(self, request: Request) -> Response:
        """The order itself."""
        number = self.number(request)
        form = await request.form()
        with self.books.writing():
            order = self.desk.take(request, "order", form.get("token"))
            if self.desk.strike(request, "declined"):
                self.books.note(self.desk.name, "declined")
                return self.page(request, "order_declined.html", number)
            reference = self.place(order["number"], order["price"])
        return self.page(
            request, "order_done.html", number, reference=reference, price=order["price"]
        )

    def place(self, number: str, price: int) -> str:
        """Charge, and add the data; gives the 受付番号."""
        name = self.desk.name
        usage = self.portal.usage(self.books, number)
        added = str(Decimal(usage.added) + Decimal(self.product.gb))
        self.portal.keep(self.books, number, replace(usage, added=added))
        self.books.note(name, "ordered", self.product.name)
        return self.books.charge(name, name, number, self.product.name, str(price), "JPY")

    async def history(self, request: Request) -> Response:
        """お申し込み履歴 of the line, the newest first."""
        number = self.number(request)
        query = "SELECT * FROM charges WHERE portal = ? AND line = ? ORDER BY id DESC"
        found = self.books.rows(query, self.desk.name, number)
        rows = [{**dict(row), "at": in_japan(row["at"])} for row in found]
        return self.page(request, "order_history.html", number, rows=rows)

    def page(self, request: Request, template: str, number: str, **values: Any) -> Response:
        """A page about an order."""
        values |= {"number": number, "base": self.base, "product": self.product}
        return self.desk.page(request, template, **values)
