"""Renew: the order with its ways to pay, Buy now, a page that waits, the confirmation."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.bank import card as bank_card
from runner.sandbox.bank.card import Card
from runner.sandbox.ultra_mobile import line
from runner.sandbox.ultra_mobile.desk import WWW, Desk
from runner.sandbox.ultra_mobile.line import NAME, NUMBER

CLOSED = "This plan is no longer available. Please call customer care."
LOW = "Your wallet doesn't have enough funds."


class Renew:
    """The pages under /account/renew."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/account/renew", self.order),
            Route("/account/renew/buy", self.buy, methods=["POST"]),
            Route("/account/renew/status.json", self.status),
            Route("/account/renew/done", self.done),
        ]

    async def order(self, request: Request) -> Response:
        """What is about to be renewed, and how it may be paid."""
        self.desk.signed_in(request)
        if self.desk.strike(request, "sold_out") or line.lost(self.books):
            return self.desk.page(request, "refused.html", why=CLOSED)
        plan = line.plan(self.books)
        fees, price = Decimal(self.desk.setting("fees")), self.desk.strike(request, "price")
        total = Decimal(price["amount"]) if price else plan.price + fees
        order = {"name": plan.name, "total": str(total)}
        return self.desk.page(
            request, "renew.html", plan=plan, fees=fees, total=total,
            token=self.desk.token("order", **order), wallet=self.desk.setting("wallet"),
            last_four=bank_card.of_owner(self.books).last_four, years=range(2026, 2041),
        )  # fmt: skip

    async def buy(self, request: Request) -> Response:
        """Buy now: the request that costs money."""
        self.desk.signed_in(request)
        form = await request.form()
        with self.books.writing():
            order = self.desk.take(request, "order", form.get("_token"))
            if not form.get("terms"):
                return self.desk.page(request, "refused.html", why="Please accept the terms.")
            if why := self.unpaid(request, form, Decimal(order["total"])):
                self.books.note(NAME, "declined")
                return self.desk.page(request, "declined.html", why=why)
            done = self.place(order)
        over = self.books.now(NAME) + timedelta(seconds=self.desk.setting("processing"))
        ticket = self.desk.token("done", over=over.isoformat(), **done)
        return RedirectResponse(f"{WWW}/account/renew/done?id={ticket}", 303)

    def unpaid(self, request: Request, form: FormData, total: Decimal) -> str:
        """Why this can't be paid; nothing if it could. The wallet is lighter then."""
        if self.desk.strike(request, "declined"):
            return "Your card was declined."
        if form.get("pay") == "wallet":
            left = Decimal(self.desk.setting("wallet")) - total
            if left < 0:
                return LOW
            self.books.put(NAME, wallet=str(left))
        elif form.get("pay") == "new":
            expiry = f"{form.get('exp-month', '')}/{str(form.get('exp-year', ''))[-2:]}"
            card = Card(str(form.get("cardnumber", "")), expiry, str(form.get("cvv", "")))
            zip_code = self.desk.portal.secrets(self.books)["zip"]
            if not bank_card.knows(self.books, card) or form.get("zip") != zip_code:
                return "Your card was declined."
        return ""

    def place(self, order: dict[str, Any]) -> dict[str, Any]:
        """Charge, and renew; gives what the confirmation says."""
        reference = self.books.charge(NAME, NAME, NUMBER, order["name"], order["total"], "USD")
        what = f"{order['name']} renewal"
        line.add_payment(self.books, what, order["total"], reference, self.books.now(NAME))
        line.renew(self.books)
        self.books.note(NAME, "renewed", order["name"])
        return {**order, "reference": reference}

    def processed(self, ticket: str | None) -> dict[str, Any] | None:
        """The order, when it was processed; an empty one while it is not."""
        done: dict[str, Any] | None = self.books.look(NAME, "done", ticket)
        if done is None or datetime.fromisoformat(done["over"]) <= self.books.now(NAME):
            return done
        return {}

    async def status(self, request: Request) -> Response:
        """What the page that waits asks again and again."""
        self.desk.signed_in(request)
        done = self.processed(request.query_params.get("id"))
        return JSONResponse({"done": done != {}})

    async def done(self, request: Request) -> Response:
        """The page that waits, and then the confirmation, at the same address."""
        self.desk.signed_in(request)
        done = self.processed(request.query_params.get("id"))
        if done is None:
            raise self.desk.broken(request)
        if not done:
            return self.desk.page(request, "processing.html", ticket=request.query_params["id"])
        return self.desk.page(request, "done.html", done=done, until=line.until(self.books))
