"""データチャージ: choose, pay with the bill or by the registered card, and what was charged before."""

from __future__ import annotations

import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox.au import line
from runner.sandbox.au.desk import Desk
from runner.sandbox.au.line import NAME, UNITS
from runner.sandbox.japan import in_japan

WAYS = {
    "bill": ("auかんたん決済（通信料金合算支払い）", "pin", "暗証番号（4桁）"),
    "card": ("au IDに登録したクレジットカード", "card_cvc", "セキュリティコード"),
}
"""Name of a way to pay, the secret that it wants, and what the page calls that."""
NO_CHOICE = "チャージ容量とお支払い方法を選択してください。"
WRONG = "が一致しません。お支払いは行われていません。"


class Charge:
    """The pages of dch.auone.jp."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/charge/", self.choose),
            Route("/enter", self.desk.enter),
            Route("/line", self.desk.choose, methods=["POST"]),
            Route("/line/change", self.desk.change_line),
            Route("/charge/confirm", self.confirm, methods=["POST"]),
            Route("/charge/complete", self.complete, methods=["POST"]),
            Route("/charge/history", self.history),
        ]

    async def choose(self, request: Request, error: str = "") -> Response:
        """How much, when, and how it is paid."""
        number = self.desk.chosen(request)
        if self.desk.strike(request, "sold_out"):
            return self.desk.page(request, "closed.html", number=number)
        token = self.desk.token("choice", number=number)
        ways = {code: way[0] for code, way in WAYS.items()}
        return self.page(
            request, "choose.html", number, token=token, units=UNITS, ways=ways, error=error
        )

    async def confirm(self, request: Request) -> Response:
        """What is about to be charged."""
        self.desk.chosen(request)
        form = await request.form()
        number = self.desk.take(request, "choice", form.get("token"))["number"]
        unit = next((one for one in UNITS if one.code == form.get("volume")), None)
        way = str(form.get("settle", ""))
        if unit is None or way not in WAYS or form.get("timing") != "now":
            return await self.choose(request, NO_CHOICE)
        price = self.desk.strike(request, "price")
        sheet = {
            "number": number,
            "code": unit.code,
            "name": unit.name,
            "price": int(price["amount"]) if price else unit.price,
            "way": way,
        }
        return self.sheet(request, sheet)

    def sheet(self, request: Request, sheet: dict[str, Any], error: str = "") -> Response:
        """The confirmation, with a fresh token."""
        way, _, asked = WAYS[sheet["way"]]
        return self.page(
            request, "confirm.html", sheet["number"], sheet=sheet, way=way, asked=asked,
            length=4 if sheet["way"] == "bill" else 3, token=self.desk.token("order", **sheet),
            error=error,
        )  # fmt: skip

    async def complete(self, request: Request) -> Response:
        """チャージする: the request that costs money."""
        self.desk.chosen(request)
        form = await request.form()
        sheet = self.desk.take(request, "order", form.get("token"))
        _, secret, asked = WAYS[sheet["way"]]
        right = self.desk.portal.secrets(self.books)[secret]
        if not hmac.compare_digest(str(form.get("secret", "")).encode(), right.encode()):
            self.books.note(NAME, "wrong_payment_secret")
            return self.sheet(request, sheet, asked.removesuffix("（4桁）") + WRONG)
        if self.desk.strike(request, "declined"):
            self.books.note(NAME, "declined")
            return self.page(request, "declined.html", sheet["number"])
        unit = next(one for one in UNITS if one.code == sheet["code"])
        with self.books.writing():
            line.charge(self.books, sheet["number"], unit)
            product = f"データチャージ　{unit.name}"
            reference = self.books.charge(
                NAME, NAME, sheet["number"], product, str(sheet["price"]), "JPY"
            )
            self.books.note(NAME, "charged", product)
        return self.page(request, "done.html", sheet["number"], sheet=sheet, reference=reference)

    async def history(self, request: Request) -> Response:
        """チャージ履歴 of this line, the newest first."""
        number = self.desk.chosen(request)
        query = "SELECT * FROM charges WHERE portal = ? AND line = ? ORDER BY id DESC"
        found = self.books.rows(query, NAME, number)
        rows = [{**dict(row), "at": in_japan(row["at"])} for row in found]
        return self.page(request, "history.html", number, rows=rows)

    def page(self, request: Request, template: str, number: str, **values: Any) -> Response:
        """A page of this host."""
        several = len(self.desk.setting("numbers")) > 1
        return self.desk.page(request, template, number=number, several=several, **values)
