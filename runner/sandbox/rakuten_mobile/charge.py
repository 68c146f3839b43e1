"""データチャージ for use abroad: the offers, the confirmation, the purchase, past purchases."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox.desk import Answer
from runner.sandbox.japan import day
from runner.sandbox.rakuten_mobile import line
from runner.sandbox.rakuten_mobile.desk import UPGRADE, Desk, told
from runner.sandbox.rakuten_mobile.line import AT_ONCE, NAME, YEN
from runner.sandbox.rakuten_mobile.signin import sent

CLOSED = "現在、データチャージのお申し込みを受け付けておりません。"
DECLINED = "お支払い方法をご確認ください。お申し込みは完了していません。"
AGAIN = "画面の有効期限が切れました。もう一度お試しください。"


class Charge:
    """What the script of the charge's pages asks for."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/api/charge/offers", self.offers),
            Route("/api/charge/confirm", self.confirm, methods=["POST"]),
            Route("/api/charge/complete", self.complete, methods=["POST"]),
            Route("/api/charge/history", self.history),
        ]

    def buyer(self, request: Request) -> dict[str, Any]:
        """A visitor who has given the password once more. Raises Answer."""
        session = self.desk.caller(request)
        if self.desk.setting("upgrade") and not session.get("upgraded"):
            raise Answer(told({"to": UPGRADE}, 401))
        return session

    async def offers(self, request: Request) -> Response:
        """1GB to 5GB."""
        session = self.buyer(request)
        if self.desk.strike(request, "sold_out"):
            return told({"error": CLOSED}, 409)
        found = [{"gb": gb, "yen": f"{gb * YEN:,}"} for gb in range(1, AT_ONCE + 1)]
        return told({"offers": found, "token": self.desk.token("choice", number=session["number"])})

    async def confirm(self, request: Request) -> Response:
        """What is about to be bought."""
        self.buyer(request)
        given = await sent(request)
        choice = self.books.take(NAME, "choice", str(given.get("token", "")))
        gb = given.get("gb")
        if choice is None or not isinstance(gb, int) or not 1 <= gb <= AT_ONCE:
            return told({"error": AGAIN}, 409)
        price = self.desk.strike(request, "price")
        yen = int(price["amount"]) if price else gb * YEN
        order = {"number": choice["number"], "gb": gb, "yen": yen}
        until = f"{day(line.last_day(self.books))} 23:59"
        token = self.desk.token("order", **order)
        return told({**order, "yen": f"{yen:,}", "until": until, "token": token})

    async def complete(self, request: Request) -> Response:
        """購入する: the request that costs money."""
        self.buyer(request)
        order = self.books.take(NAME, "order", str((await sent(request)).get("token", "")))
        if order is None:
            return told({"error": AGAIN}, 409)
        if self.desk.strike(request, "declined"):
            self.books.note(NAME, "declined")
            return told({"error": DECLINED}, 402)
        with self.books.writing():
            line.charge(self.books, order["number"], order["gb"])
            product = f"データチャージ（海外） {order['gb']}GB"
            reference = self.books.charge(
                NAME, NAME, order["number"], product, str(order["yen"]), "JPY"
            )
            self.books.note(NAME, "charged", product)
        return told({"reference": reference})

    async def history(self, request: Request) -> Response:
        """The purchases of this line, the newest first."""
        number = self.desk.caller(request)["number"]
        rows = [
            {
                "on": row["at"].strftime("%Y/%m/%d %H:%M"),
                "product": row["product"],
                "yen": f"{int(row['amount']):,}",
                "reference": row["reference"],
            }
            for row in self.desk.portal.past_charges(self.books, number)
        ]
        return told({"rows": rows})
