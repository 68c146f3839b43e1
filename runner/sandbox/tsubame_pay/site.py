"""The wallet's pages: sign in, say yes, go back to the shop."""

from __future__ import annotations

import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, Router

from runner.sandbox.books import Books
from runner.sandbox.desk import Desk
from runner.sandbox.layout import Redesign
from runner.sandbox.portal import App
from runner.sandbox.tsubame_pay import checkout
from runner.sandbox.tsubame_pay.checkout import NAME
from runner.sandbox.tsubame_pay.portal import TEMPLATES, TsubamePay


class Pages:
    """The pages under /checkout."""

    def __init__(self, books: Books, portal: TsubamePay) -> None:
        self.books, self.portal = books, portal
        self.desk = Desk(
            books,
            NAME,
            templates=[TEMPLATES],
            redesign=Redesign(names={}, words={}),
            cookies={"wallet": "TPSID"},
            sessions=("wallet",),
        )

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/checkout", self.show),
            Route("/checkout/login", self.sign_in, methods=["POST"]),
            Route("/checkout/pay", self.pay, methods=["POST"]),
            Route("/checkout/cancel", self.cancel, methods=["POST"]),
        ]

    async def show(self, request: Request, error: str = "") -> Response:
        """The sign-in, or the payment for those who are signed in."""
        token = request.query_params.get("payment", "")
        return self.page(request, token, error)

    async def sign_in(self, request: Request) -> Response:
        """Check id and password."""
        form = await request.form()
        own, token = self.portal.secrets(self.books), str(form.get("payment", ""))
        right = all(
            hmac.compare_digest(str(form.get(key, "")).encode(), own[f"wallet_{key}"].encode())
            for key in ("id", "password")
        )
        if not right:
            self.books.note(NAME, "wrong_password")
            return self.page(request, token, "Your email or password is wrong.")
        response = RedirectResponse(checkout.page(token), 303)
        self.desk.begin(response, "wallet")
        return response

    async def pay(self, request: Request) -> Response:
        """The customer says yes."""
        return await self.end(request, "paid")

    async def cancel(self, request: Request) -> Response:
        """The customer goes back without paying."""
        return await self.end(request, "stopped")

    async def end(self, request: Request, status: str) -> Response:
        """Back to the shop; a window of its own is closed."""
        token = str((await request.form()).get("payment", ""))
        data = checkout.look(self.books, token)
        if data is None or (status == "paid" and self.desk.session(request, "wallet") is None):
            return self.desk.page(request, "gone.html", 404)
        if data["status"] == "open":
            checkout.answer(self.books, token, data, status)
        if data["back"] is None:
            return self.desk.page(request, "close.html")
        return RedirectResponse(f"{data['back']}?payment={token}", 303)

    def page(self, request: Request, token: str, error: str) -> Response:
        """What this visitor sees of this payment."""
        data = checkout.look(self.books, token)
        if data is None:
            return self.desk.page(request, "gone.html", 404)
        values: dict[str, Any] = {"token": token, "data": data, "error": error}
        if self.desk.session(request, "wallet") is None:
            return self.desk.page(request, "login.html", **values)
        if self.desk.setting("closes"):
            return self.desk.page(request, "close.html")
        asked = int(data["amount"]) + self.desk.setting("adds")
        return self.desk.page(request, "confirm.html", asked=asked, **values)


def build(books: Books, portal: TsubamePay) -> App:
    """The site as an application."""
    return Router(Pages(books, portal).routes())
