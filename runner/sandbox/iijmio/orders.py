"""データ量の追加: how many coupons for which line, the confirmation, the order, past orders."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox.iijmio import line
from runner.sandbox.iijmio.desk import Desk
from runner.sandbox.iijmio.line import A_MONTH, NAME, YEN

BASE = "/service/setup/hdd/charge"
SHOWN = timedelta(days=184)
"""How far back the list of past orders goes."""
TOO_MANY = "当月のお申し込み上限（20枚）を超えています。"
INCOMPLETE = "対象の回線を選択し、注意事項に同意してください。"


class Orders:
    """What is bought."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route(f"{BASE}/", self.choose),
            Route(f"{BASE}/confirm.do", self.confirm, methods=["POST"]),
            Route(f"{BASE}/execute.do", self.execute, methods=["POST"]),
            Route(f"{BASE}/list/", self.list),
        ]

    def too_many(self, number: str, coupons: int) -> bool:
        """Whether these would pass the month's limit."""
        return line.load(self.books, number).bought + coupons > A_MONTH

    async def choose(self, request: Request, error: str = "") -> Response:
        """Which line, and how many."""
        self.desk.signed_in(request)
        if self.desk.strike(request, "sold_out"):
            return self.desk.page(request, "closed.html")
        lines = [line.load(self.books, number) for number in self.desk.setting("numbers")]
        return self.desk.page(
            request, "choose.html", lines=lines, counts=range(1, A_MONTH + 1), error=error,
            token=self.desk.token("choice"),
        )  # fmt: skip

    async def confirm(self, request: Request) -> Response:
        """What is about to be bought."""
        self.desk.signed_in(request)
        form = await request.form()
        self.desk.take(request, "choice", form.get("TOKEN"))
        lines = (line.load(self.books, number) for number in self.desk.setting("numbers"))
        chosen = next((one for one in lines if one.code == form.get("hdoCode")), None)
        if chosen is None or form.get("agree") != "on":
            return await self.choose(request, INCOMPLETE)
        wanted = str(form.get("couponNum", ""))
        if not wanted.isdigit() or not 1 <= int(wanted) <= A_MONTH:
            raise self.desk.broken(request)
        if self.too_many(chosen.number, int(wanted)):
            return self.desk.page(request, "refused.html", why=TOO_MANY)
        price = self.desk.strike(request, "price")
        sheet = {
            "number": chosen.number,
            "coupons": int(wanted),
            "yen": int(price["amount"]) if price else int(wanted) * YEN,
        }
        until, token = line.month_end(line.today(self.books)), self.desk.token("order", **sheet)
        return self.desk.page(
            request, "confirm.html", sheet=sheet, line=chosen, until=until, token=token
        )

    async def execute(self, request: Request) -> Response:
        """申し込む: the request that costs money."""
        self.desk.signed_in(request)
        form = await request.form()
        sheet = self.desk.take(request, "order", form.get("TOKEN"))
        if self.desk.strike(request, "declined"):
            self.books.note(NAME, "declined")
            return self.desk.page(request, "declined.html")
        with self.books.writing():
            if self.too_many(sheet["number"], sheet["coupons"]):
                return self.desk.page(request, "refused.html", why=TOO_MANY)
            line.buy(self.books, sheet["number"], sheet["coupons"])
            product = f"追加データ量 {sheet['coupons']}枚"
            reference = self.books.charge(
                NAME, NAME, sheet["number"], product, str(sheet["yen"]), "JPY"
            )
            self.books.note(NAME, "bought", product)
        return self.desk.page(request, "done.html", sheet=sheet, reference=reference)

    async def list(self, request: Request) -> Response:
        """お申し込み履歴 of the last six months, of all lines in one list."""
        self.desk.signed_in(request)
        found = (
            self.desk.portal.past_charges(self.books, number, SHOWN)
            for number in self.desk.setting("numbers")
        )
        rows = sorted((row for rows in found for row in rows), key=lambda row: -row["id"])
        return self.desk.page(
            request, "list.html", rows=rows, short=self.desk.setting("short_list")
        )
