"""通信量の確認・データ量追加: ordering one more gigabyte, and the list of orders.

Each confirmation page carries a token of its own. One token orders once; two confirmation pages that
are both sent order twice, as they would at a site that trusts its visitors not to.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox.docomo import line
from runner.sandbox.docomo.desk import Desk
from runner.sandbox.docomo.line import NAME, NUMBER
from runner.sandbox.docomo.mydocomo import MyDocomo, in_japan

PRODUCT = "1GB追加オプション"
AMOUNT = Decimal(1)


class Orders:
    """The pages under /mydocomo/application/."""

    def __init__(self, desk: Desk, pages: MyDocomo) -> None:
        self.desk = desk
        self.books = desk.books
        self.pages = pages

    def routes(self) -> list[Route]:
        """Their addresses."""
        base = "/mydocomo/application/data"
        return [
            Route(f"{base}/", self.choose),
            Route(f"{base}/add/", self.notice),
            Route(f"{base}/add/confirm", self.confirm, methods=["POST"]),
            Route(f"{base}/add/complete", self.complete, methods=["POST"]),
            Route("/mydocomo/application/history/", self.history),
        ]

    async def choose(self, request: Request) -> Response:
        """What is left, and what can be added."""
        self.desk.signed_in(request)
        return self.pages.shown(
            request,
            "data.html",
            line=line.load(self.books),
            product=PRODUCT,
            price=self.desk.setting("price"),
        )

    async def notice(self, request: Request, error: str = "") -> Response:
        """The terms, to be agreed to."""
        self.desk.signed_in(request)
        if self.desk.strike(request, "sold_out"):
            return self.pages.shown(request, "sold_out.html", product=PRODUCT)
        price = self.desk.setting("price")
        return self.pages.shown(
            request,
            "order_notice.html",
            product=PRODUCT,
            price=price,
            error=error,
            token=self.desk.token("notice", price=price),
        )

    async def confirm(self, request: Request) -> Response:
        """What is about to be ordered, and for how much."""
        self.desk.signed_in(request)
        form = await request.form()
        data = self.desk.take(request, "notice", form.get("token"))
        if form.get("agree") != "1":
            return await self.notice(request, "注意事項をご確認のうえ、同意してください。")
        price = data["price"]
        struck = self.desk.strike(request, "price")
        if struck:
            price = struck["amount"]
        mail = form.get("mail") == "1"
        return self.pages.shown(
            request,
            "order_confirm.html",
            product=PRODUCT,
            price=price,
            mail=mail,
            token=self.desk.token("order", price=price),
        )

    async def complete(self, request: Request) -> Response:
        """The order itself."""
        self.desk.signed_in(request)
        form = await request.form()
        if self.desk.strike(request, "declined"):
            self.desk.take(request, "order", form.get("token"))
            self.books.note(NAME, "declined")
            return self.desk.page(request, "declined.html")
        with self.books.writing():
            data = self.desk.take(request, "order", form.get("token"))
            reference = self.place(data["price"])
        return self.pages.shown(
            request,
            "order_done.html",
            product=PRODUCT,
            price=data["price"],
            reference=reference,
            pending=self.desk.setting("activation") > 0,
        )

    def place(self, price: int) -> str:
        """Charge, and add the data; gives the 受付番号."""
        line.add(self.books, AMOUNT, timedelta(seconds=self.desk.setting("activation")))
        self.books.note(NAME, "ordered", PRODUCT)
        return self.books.charge(NAME, self.desk.portal.account, NUMBER, PRODUCT, str(price), "JPY")

    async def history(self, request: Request) -> Response:
        """お申込み履歴, the newest first."""
        self.desk.signed_in(request)
        query = "SELECT * FROM charges WHERE portal = ? ORDER BY id DESC"
        orders = [{**dict(row), "at": in_japan(row["at"])} for row in self.books.rows(query, NAME)]
        return self.pages.shown(request, "history.html", orders=orders)
