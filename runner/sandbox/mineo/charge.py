"""パケットチャージ: 今すぐチャージ, the confirmation, 決定, and what was charged before."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox.mineo import line
from runner.sandbox.mineo.desk import Desk
from runner.sandbox.mineo.line import A_MONTH, NAME, UNIT, YEN
from runner.sandbox.mineo.mypage import VOLUMES

SHOWN = timedelta(days=92)
"""How far back the list of past charges goes."""
TOO_MUCH = "パケットチャージは1か月あたり15,000MBまでとなります。"


class Charge:
    """The pages of my.mineo.jp that sell."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/mvno_cp/PKC010101_Confirm.action", self.confirm, methods=["POST"]),
            Route("/mvno_cp/PKC010101_Complete.action", self.complete, methods=["POST"]),
            Route("/mvno_cp/PKC010201_Init.action", self.history),
        ]

    def too_much(self, number: str, mb: int) -> bool:
        """Whether this charge would pass the month's limit."""
        return line.charged_this_month(self.books, number) + mb > A_MONTH

    async def confirm(self, request: Request) -> Response:
        """今すぐチャージ: what is about to be charged."""
        self.desk.chosen(request)
        form = await request.form()
        number = self.desk.take(request, "charge", form.get("_token"))["number"]
        wanted = str(form.get("chargeYoryo", ""))
        if not wanted.isdigit() or int(wanted) not in VOLUMES:
            raise self.desk.broken(request)
        mb = int(wanted)
        if self.too_much(number, mb):
            return self.desk.page(request, "refused.html", number=number, why=TOO_MUCH)
        price = self.desk.strike(request, "price")
        yen = int(price["amount"]) if price else mb // UNIT * YEN
        token = self.desk.token("order", number=number, mb=mb, yen=yen)
        until = line.end_of_next_month(line.today(self.books))
        return self.desk.page(
            request, "confirm.html", number=number, mb=mb, yen=yen, until=until, token=token
        )

    async def complete(self, request: Request) -> Response:
        """決定: the request that costs money."""
        self.desk.chosen(request)
        form = await request.form()
        order = self.desk.take(request, "order", form.get("_token"))
        number, mb = order["number"], order["mb"]
        if self.desk.strike(request, "declined"):
            self.books.note(NAME, "declined")
            return self.desk.page(request, "declined.html", number=number)
        with self.books.writing():
            if self.too_much(number, mb):
                return self.desk.page(request, "refused.html", number=number, why=TOO_MUCH)
            line.charge(self.books, number, mb)
            product = f"パケットチャージ　{mb:,}MB"
            reference = self.books.charge(NAME, NAME, number, product, str(order["yen"]), "JPY")
            self.books.note(NAME, "charged", product)
        return self.desk.page(request, "done.html", number=number, mb=mb, reference=reference)

    async def history(self, request: Request) -> Response:
        """The charges of the last three months of this line, the newest first, without their numbers."""
        number = self.desk.chosen(request)
        rows = self.desk.portal.past_charges(self.books, number, SHOWN)
        return self.desk.page(
            request, "history.html", number=number, rows=rows, short=self.desk.setting("short_list")
        )
