"""Buying: airtime credit or a goodybag, the page that pays, the bank, an offer, the receipt."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.bank import card as bank_card
from runner.sandbox.bank import payments
from runner.sandbox.bank.card import Card
from runner.sandbox.giffgaff import line, vouchers
from runner.sandbox.giffgaff.desk import WWW, Desk
from runner.sandbox.giffgaff.line import CREDITS, DECLINED, GOODYBAGS, NAME, NUMBER

SOLD_OUT = "Sorry, this goodybag is sold out."
NO_VALUE = "Please choose how much to top up."


class TopUp:
    """The pages of www.giffgaff.com that sell."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/top-up", self.values),
            Route("/top-up/credit", self.credit, methods=["POST"]),
            Route("/goodybags", self.goodybags),
            Route("/goodybags/choose", self.choose, methods=["POST"]),
            Route("/top-up/key", self.key),
            Route("/top-up/addresses", self.addresses),
            Route("/top-up/pay", self.pay, methods=["POST"]),
            Route("/top-up/bank", self.from_bank, methods=["POST"]),
            Route("/top-up/offer", self.offer),
            Route("/top-up/complete", self.complete, methods=["POST"]),
            Route("/top-up/voucher", self.voucher),
            Route("/top-up/voucher/check", self.check, methods=["POST"]),
            Route("/top-up/voucher/redeem", self.redeem, methods=["POST"]),
        ]

    async def values(self, request: Request) -> Response:
        """How much credit."""
        self.desk.signed_in(request)
        return self.desk.page(
            request, "values.html", values=CREDITS, token=self.desk.token("value")
        )

    async def credit(self, request: Request) -> Response:
        """The page that pays for credit."""
        self.desk.signed_in(request)
        form = await request.form()
        self.desk.take(request, "value", form.get("token"))
        given = str(form.get("value", ""))
        if given not in map(str, CREDITS):
            return self.desk.refuse(request, NO_VALUE)
        return self.checkout(request, "credit", "Airtime credit", int(given))

    async def goodybags(self, request: Request) -> Response:
        """The goodybags of the day."""
        self.desk.signed_in(request)
        return self.desk.page(
            request, "goodybags.html", goodybags=GOODYBAGS,
            sold_out=self.desk.setting("sold_out"), token=self.desk.token("bag"),
        )  # fmt: skip

    async def choose(self, request: Request) -> Response:
        """The page that pays for a goodybag."""
        self.desk.signed_in(request)
        form = await request.form()
        self.desk.take(request, "bag", form.get("token"))
        bag = next((one for one in GOODYBAGS if one.code == form.get("bag")), None)
        if bag is None:
            raise self.desk.broken(request)
        if bag.code == self.desk.setting("sold_out"):
            return self.desk.refuse(request, SOLD_OUT)
        return self.checkout(request, bag.code, bag.name, bag.price)

    def checkout(self, request: Request, code: str, name: str, amount: int) -> Response:
        """What is about to be bought. The form's key is fetched by the page's script."""
        price = self.desk.strike(request, "price")
        order = {
            "code": code,
            "name": name,
            "amount": amount,
            "price": int(price["amount"]) if price else amount,
        }
        token = self.desk.token("order", **order)
        last_four = bank_card.of_owner(self.books).last_four
        return self.desk.page(request, "pay.html", order=order, token=token, last_four=last_four)

    async def key(self, request: Request) -> Response:
        """What the form must bring besides its token."""
        self.desk.signed_in(request)
        return JSONResponse({"key": self.desk.token("key")})

    async def addresses(self, request: Request) -> Response:
        """Find address: those of a postcode."""
        self.desk.signed_in(request)
        code = request.query_params.get("postcode", "").strip().upper()
        known = code == self.desk.portal.secrets(self.books)["postcode"]
        found = [f"{number} Belmont Road, Uxbridge" for number in (1, 2, 3)] if known else []
        return JSONResponse({"addresses": found})

    async def pay(self, request: Request) -> Response:
        """Pay now: on to the bank's page, in a frame. Nothing is charged before the bank agrees."""
        self.desk.signed_in(request)
        form = await request.form()
        self.desk.take(request, "key", form.get("key"))
        order = self.desk.take(request, "order", form.get("token"))
        if form.get("auto"):
            self.books.put(NAME, auto_topup=True)
            self.books.note(NAME, "auto_top_up")
        if self.desk.strike(request, "declined"):
            return self.declined(request, order)
        own = bank_card.of_owner(self.books)
        if form.get("method") == "new":
            own = Card(*(str(form.get(name, "")) for name in ("number", "expiry", "cvc")))
            if not form.get("address"):
                return self.desk.refuse(request, "Please choose your address.")
        payment = payments.begin(
            self.books, own, shop="GIFFGAFF", amount=str(order["price"]), currency="GBP",
            back=f"{WWW}/top-up/bank", order=order,
        )  # fmt: skip
        return self.desk.page(request, "bank.html", frame=payments.frame(payment))

    def declined(self, request: Request, order: dict[str, Any]) -> Response:
        """The card was refused; the list of orders keeps that."""
        self.note_declined(order)
        return self.desk.page(request, "declined.html")

    def note_declined(self, order: dict[str, Any]) -> None:
        """An order that came to nothing."""
        self.books.note(NAME, "declined")
        at = self.books.now(NAME)
        reference = f"{at:%Y%m%d}8{len(line.orders(self.books)):05d}"
        line.add_order(self.books, order["name"], order["price"], reference, at, DECLINED)

    async def from_bank(self, request: Request) -> Response:
        """The frame brings the bank's answer; no session comes with it."""
        form = await request.form()
        with self.books.writing():
            approved, order = payments.finish(self.books, str(form.get("payment", "")))
            if order is None:
                raise self.desk.broken(request)
            done = self.place(order) if approved else {}
            if not approved:
                self.note_declined(order)
        ticket = self.desk.token("receipt", **done)
        return self.desk.page(request, "back.html", target=f"{WWW}/top-up/offer?no={ticket}")

    def place(self, order: dict[str, Any]) -> dict[str, Any]:
        """Charge, and let it take effect; gives what the receipt says."""
        reference = self.books.charge(
            NAME, NAME, NUMBER, order["name"], str(order["price"]), "GBP"
        )  # fmt: skip
        at = self.books.now(NAME)
        line.add_order(self.books, order["name"], order["price"], reference, at)
        line.take_effect(self.books, order)
        self.books.note(NAME, "bought", order["name"])
        return {**order, "reference": reference}

    async def offer(self, request: Request) -> Response:
        """One more offer, before the receipt; or that the bank said no."""
        self.desk.signed_in(request)
        done = self.desk.take(request, "receipt", request.query_params.get("no"))
        if not done:
            return self.desk.page(request, "declined.html")
        return self.desk.page(request, "offer.html", token=self.desk.token("done", **done))

    async def complete(self, request: Request) -> Response:
        """No thanks: the receipt."""
        self.desk.signed_in(request)
        form = await request.form()
        done = self.desk.take(request, "done", form.get("token"))
        return self.desk.page(request, "done.html", done=done)

    async def voucher(self, request: Request) -> Response:
        """The box for a voucher's code."""
        self.desk.signed_in(request)
        return self.desk.page(request, "voucher.html")

    async def check(self, request: Request) -> Response:
        """What a voucher is worth, while it is typed."""
        self.desk.signed_in(request)
        given = str(self.desk.json_of(await request.json()).get("code", ""))
        place = vouchers.find(self.books, "".join(given.split()))
        if not isinstance(place, int):
            self.books.note(NAME, "wrong_voucher")
            why = "has already been used" if place == "used" else "is not valid"
            return JSONResponse({"error": f"This voucher {why}."})
        token = self.desk.token("voucher", place=place)
        return JSONResponse({"value": line.pounds(vouchers.POUNDS), "token": token})

    async def redeem(self, request: Request) -> Response:
        """Redeem: the voucher is used up."""
        self.desk.signed_in(request)
        form = await request.form()
        with self.books.writing():
            place = self.desk.take(request, "voucher", form.get("token"))["place"]
            if vouchers.find(self.books, vouchers.code(self.books, place)) == "used":
                return self.desk.refuse(request, "This voucher has already been used.")
            vouchers.redeem(self.books, place)
            pounds = vouchers.POUNDS
            order = {"code": "credit", "name": "Voucher", "amount": pounds, "price": pounds}
            done = self.place(order)
        ticket = self.desk.token("receipt", **done)
        return RedirectResponse(f"{WWW}/top-up/offer?no={ticket}", 303)
