"""通信量の確認・データ量追加: ordering one more gigabyte, and the list of orders.

Each confirmation page carries a token of its own. One token orders once; two confirmation pages that
are both sent order twice, as they would at a site that trusts its visitors not to.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox.docomo import line
from runner.sandbox.docomo.desk import Desk
from runner.sandbox.docomo.line import NAME, NUMBER
from runner.sandbox.docomo.mydocomo import MyDocomo
from runner.sandbox.docomo.shelf import ADD_ON, LARGER, PRODUCT, Item, Sheet, sheet_of
from runner.sandbox.japan import in_japan


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

    @property
    def item(self) -> Item:
        """The one product that is always on the shelf, at today's price."""
        return Item("1gb", PRODUCT, 1, self.desk.setting("price"))

    async def choose(self, request: Request) -> Response:
        """What is left, and what can be added."""
        self.desk.signed_in(request)
        trick = self.trick(request)
        return self.pages.shown(
            request,
            "data.html",
            line=line.load(self.books),
            items=[*LARGER, self.item] if trick == "order" else [self.item],
            numbered=trick == "stale_order",
        )

    async def notice(self, request: Request, error: str = "") -> Response:
        """The terms, to be agreed to."""
        self.desk.signed_in(request)
        item = self.asked_for(request)
        if self.desk.strike(request, "sold_out"):
            return self.pages.shown(request, "sold_out.html", product=item.name)
        trick = self.trick(request)
        return self.pages.shown(
            request,
            "order_notice.html",
            item=item,
            error=error,
            add_on=ADD_ON if trick == "addon" else None,
            token=self.desk.token("notice", code=item.code, price=item.price),
        )

    async def confirm(self, request: Request) -> Response:
        """What is about to be ordered, and for how much."""
        self.desk.signed_in(request)
        form = await request.form()
        data = self.desk.take(request, "notice", form.get("token"))
        if form.get("agree") != "1":
            return await self.notice(request, "注意事項をご確認のうえ、同意してください。")
        sheet = self.sheet(request, self.shelf()[data["code"]], form)
        values: dict[str, Any] = {}
        if sheet.trick in ("second_button", "swapped_buttons"):
            other = sheet_of(LARGER[0])
            values["other"] = {"sheet": other, "token": self.desk.token("order", **other.store())}
        return self.pages.shown(
            request,
            "order_confirm.html",
            sheet=sheet,
            mail=form.get("mail") == "1",
            add_on=ADD_ON,
            dearer=str(sheet.dearer(ADD_ON.price)),
            token=self.desk.token("order", **sheet.store()),
            **values,
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
            sheet = Sheet(**self.desk.take(request, "order", form.get("token")))
            if form.get("option") == "1":
                sheet = sheet.dearer(ADD_ON.price)
            reference = self.place(sheet)
        return self.pages.shown(
            request,
            "order_done.html",
            sheet=sheet,
            reference=reference,
            pending=self.desk.setting("activation") > 0,
        )

    def place(self, sheet: Sheet) -> str:
        """Charge, and add the data; gives the 受付番号."""
        delay = timedelta(seconds=self.desk.setting("activation"))
        line.add(self.books, Decimal(sheet.gb), delay)
        self.books.note(NAME, "ordered", sheet.product)
        return self.books.charge(NAME, NAME, NUMBER, sheet.product, sheet.amount, sheet.currency)

    async def history(self, request: Request) -> Response:
        """お申込み履歴, the newest first."""
        self.desk.signed_in(request)
        query = "SELECT * FROM charges WHERE portal = ? ORDER BY id DESC"
        orders = [{**dict(row), "at": in_japan(row["at"])} for row in self.books.rows(query, NAME)]
        return self.pages.shown(request, "history.html", orders=orders)

    def shelf(self) -> dict[str, Item]:
        """Every product by its code."""
        return {item.code: item for item in (self.item, *LARGER)}

    def asked_for(self, request: Request) -> Item:
        """The product that an address means."""
        shelf = self.shelf()
        if "no" in request.query_params:  # the list may have changed since it was shown
            return LARGER[0]
        return shelf.get(request.query_params.get("item", "1gb"), self.item)

    def sheet(self, request: Request, item: Item, form: FormData) -> Sheet:
        """What this confirmation page says and charges."""
        trick = self.trick(request)
        if trick == "addon" and form.get("option") != "1":
            trick = ""  # the visitor took the tick away
        sheet = sheet_of(item, trick)
        if struck := self.desk.strike(request, "price"):
            sheet = Sheet(item.name, item.gb, str(struck["amount"]), struck["currency"])
        return sheet

    def trick(self, request: Request) -> str:
        """The trick that is played on this request, if one is."""
        struck = self.desk.strike(request, "trick")
        return struck["kind"] if struck else ""
