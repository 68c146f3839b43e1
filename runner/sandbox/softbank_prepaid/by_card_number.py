"""リチャージ with a prepaid card: its number, the confirmation, and the receipt at once."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox.softbank.brand import path_of
from runner.sandbox.softbank_prepaid import cards, line
from runner.sandbox.softbank_prepaid.recharge import Recharge

UNKNOWN = "プリペイドカード番号が正しくないか、すでに登録されています。"
METHOD = "プリペイドカード"


class ByCardNumber:
    """The pages under /recharge/prepaid."""

    def __init__(self, recharge: Recharge) -> None:
        self.recharge, self.desk, self.books = recharge, recharge.desk, recharge.books
        self.base = f"{recharge.base}/prepaid"

    def routes(self) -> list[Route]:
        """Their addresses."""
        base = path_of(self.base)
        return [
            Route(base, self.number),
            Route(f"{base}/confirm", self.confirm, methods=["POST"]),
            Route(f"{base}/complete", self.complete, methods=["POST"]),
        ]

    async def number(self, request: Request, error: str = "") -> Response:
        """The box for the number."""
        self.recharge.own(request)
        token = self.desk.token("card_number")
        return self.recharge.page(request, "recharge_number.html", token=token, error=error)

    async def confirm(self, request: Request) -> Response:
        """What the card is worth."""
        self.recharge.own(request)
        form = await request.form()
        self.desk.take(request, "card_number", form.get("token"))
        given = str(form.get("prepaidNo", ""))
        place = cards.find(self.books, given)
        if place is None:
            self.books.note(self.desk.name, "wrong_card_number")
            return await self.number(request, UNKNOWN)
        if line.load(self.books).balance + cards.YEN > line.MOST:
            return await self.number(request, line.TOO_MUCH)
        sheet = {"amount": cards.YEN, "price": cards.YEN, "method": METHOD}
        return self.recharge.page(
            request,
            "recharge_confirm.html",
            sheet=sheet,
            token=self.desk.token("card_order", place=place),
            action=f"{self.base}/complete",
        )

    async def complete(self, request: Request) -> Response:
        """The last button: the card is used up."""
        self.recharge.own(request)
        form = await request.form()
        with self.books.writing():
            order = self.desk.take(request, "card_order", form.get("token"))
            if self.desk.strike(request, "declined") or not cards.use(self.books, order["place"]):
                self.books.note(self.desk.name, "declined")
                return self.recharge.page(request, "recharge_declined.html")
            sheet = {"amount": cards.YEN, "price": cards.YEN, "method": METHOD}
            done = self.recharge.place(sheet)
        return self.recharge.done(request, done)
