"""My au: the top page, the bill behind the 暗証番号."""

from __future__ import annotations

import hmac
from datetime import date

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.au import line
from runner.sandbox.au.desk import Desk
from runner.sandbox.au.line import NAME
from runner.sandbox.japan import day, gb

BILL = "/aus/hc-cs/lic/LIC0020001.hc"
PIN_TRIES = 3
WRONG = "暗証番号が正しくありません。"
LOCKED = "暗証番号の入力を一定回数誤られたため、ロックされました。"


class MyAu:
    """The pages of my.au.com."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/", self.top),
            Route("/enter", self.desk.enter),
            Route("/line", self.desk.choose, methods=["POST"]),
            Route("/line/change", self.desk.change_line),
            Route("/aus/api/usage", self.usage),
            Route(BILL, self.bill),
            Route("/aus/pin", self.pin, methods=["POST"]),
            Route("/logout", self.leave),
        ]

    async def top(self, request: Request) -> Response:
        """The frame of the top page; its figures come by script."""
        number = self.desk.chosen(request)
        several = len(self.desk.setting("numbers")) > 1
        return self.desk.page(request, "top.html", number=number, several=several, bill=BILL)

    async def usage(self, request: Request) -> Response:
        """What the script shows."""
        one = line.load(self.books, self.desk.chosen(request))
        until = day(date.fromisoformat(one.until)) if one.until else "－"
        rows = [
            ["ご契約プラン", one.plan],
            ["残りデータ容量", f"{gb(one.left)}GB"],
            ["当月データ容量", f"{one.month}GB"],
            ["くりこし", f"{one.carried}GB"],
            ["データチャージ", f"{one.charged}GB"],
            ["データチャージ有効期限", until],
        ]
        return JSONResponse({"rows": rows}, headers={"cache-control": "no-store"})

    async def bill(self, request: Request, error: str = "") -> Response:
        """WEB de 請求書: first the 暗証番号, once in a session."""
        number = self.desk.chosen(request)
        if not self.desk.signed_in(request).get("pin"):
            token = self.desk.token("pin")
            return self.desk.page(request, "pin.html", token=token, error=error)
        yen = line.load(self.books, number).bill
        return self.desk.page(request, "bill.html", number=number, yen=yen)

    async def pin(self, request: Request) -> Response:
        """The four digits."""
        session, form = self.desk.signed_in(request), await request.form()
        self.desk.take(request, "pin", form.get("token"))
        wrong: int = self.desk.setting("wrong_pins")
        if wrong >= PIN_TRIES:
            return await self.bill(request, LOCKED)
        right = self.desk.portal.secrets(self.books)["pin"]
        if not hmac.compare_digest(str(form.get("pin", "")).encode(), right.encode()):
            self.books.put(NAME, wrong_pins=wrong + 1)
            self.books.note(NAME, "wrong_pin")
            return await self.bill(request, WRONG)
        self.books.put(NAME, wrong_pins=0)
        self.desk.update(request, "my_au", {**session, "pin": True})
        return RedirectResponse(BILL, 303)

    async def leave(self, request: Request) -> Response:
        """Sign out everywhere."""
        response = self.desk.page(request, "expired.html")
        self.books.void(NAME, "au_id", "my_au", "charge")
        return response
