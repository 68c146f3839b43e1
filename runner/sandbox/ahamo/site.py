"""ahamo's pages: data and charges, more data, what was ordered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox.ahamo.portal import NAME, NUMBER, TEMPLATES
from runner.sandbox.books import Books
from runner.sandbox.docomo.partner import Partner
from runner.sandbox.japan import gb, in_japan
from runner.sandbox.layout import Redesign
from runner.sandbox.portal import App
from runner.sandbox.site import site_of

REDESIGN = Redesign(
    names={},
    words={
        "申し込みを完了する": "この内容で申し込む",
        "お支払い金額": "合計",
        "残りデータ量": "残量",
    },
)
BASE_FEE = 2970


@dataclass(frozen=True, slots=True)
class Item:
    """What can be added."""

    code: str
    name: str
    gb: int
    price: int


ITEMS = (Item("1gb", "1GB追加", 1, 550), Item("oomori", "大盛りオプション", 80, 1980))


class Site:
    """All pages of ahamo.com."""

    def __init__(self, books: Books) -> None:
        self.desk = Partner(books, NAME, "ahamo.com", TEMPLATES, REDESIGN)
        self.books = books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            *self.desk.routes(),
            Route("/myportal/home/auth/", self.home),
            Route("/myportal/data/auth/", self.choose),
            Route("/myportal/data/confirm", self.confirm, methods=["POST"]),
            Route("/myportal/data/complete", self.complete, methods=["POST"]),
            Route("/myportal/history/auth/", self.history),
        ]

    def page(self, request: Request, template: str, **values: Any) -> Response:
        """A page of the line."""
        return self.desk.page(request, template, number=NUMBER, **values)

    async def home(self, request: Request) -> Response:
        """データ・料金"""
        self.desk.signed_in(request)
        left = Decimal(self.desk.setting("left"))
        ordered = sum(int(row["amount"]) for row in self._charges())
        return self.page(request, "home.html", left=gb(left), charges=BASE_FEE + ordered)

    async def choose(self, request: Request, error: str = "") -> Response:
        """データ量を追加: how much, and the terms."""
        self.desk.signed_in(request)
        if self.desk.strike(request, "sold_out"):
            return self.page(request, "closed.html")
        token = self.desk.token("choice")
        return self.page(request, "choose.html", items=ITEMS, token=token, error=error)

    async def confirm(self, request: Request) -> Response:
        """What is about to be ordered."""
        self.desk.signed_in(request)
        form = await request.form()
        self.desk.take(request, "choice", form.get("token"))
        item = next((one for one in ITEMS if one.code == form.get("item")), None)
        if item is None or form.get("agree") != "1":
            return await self.choose(request, "データ量を選び、注意事項に同意してください。")
        price = self.desk.strike(request, "price")
        sheet = {
            "code": item.code,
            "name": item.name,
            "price": int(price["amount"]) if price else item.price,
        }
        token = self.desk.token("order", **sheet)
        return self.page(request, "confirm.html", sheet=sheet, token=token)

    async def complete(self, request: Request) -> Response:
        """申し込みを完了する: the request that costs money."""
        self.desk.signed_in(request)
        form = await request.form()
        with self.books.writing():
            sheet = self.desk.take(request, "order", form.get("token"))
            if self.desk.strike(request, "declined"):
                self.books.note(NAME, "declined")
                return self.page(request, "declined.html")
            item = next(one for one in ITEMS if one.code == sheet["code"])
            left = Decimal(self.desk.setting("left")) + item.gb
            self.books.put(NAME, left=str(left))
            reference = self.books.charge(
                NAME, NAME, NUMBER, sheet["name"], str(sheet["price"]), "JPY"
            )
        return self.page(request, "done.html", sheet=sheet, reference=reference)

    async def history(self, request: Request) -> Response:
        """お申し込み履歴, the newest first."""
        self.desk.signed_in(request)
        rows = [{**row, "at": in_japan(row["at"])} for row in self._charges()]
        return self.page(request, "history.html", rows=rows)

    def _charges(self) -> list[dict[str, Any]]:
        query = "SELECT * FROM charges WHERE portal = ? ORDER BY id DESC"
        return [dict(row) for row in self.books.rows(query, NAME)]


def build(books: Books) -> App:
    """The site as an application."""
    own = Site(books)
    return site_of(own.desk, {own.desk.host: own.routes()})
