"""Topping up: the list of offers, the way to pay, the confirmation, and how each way goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.bank import payments
from runner.sandbox.bank.card import Card, of_owner
from runner.sandbox.hoshi_mobile import line
from runner.sandbox.hoshi_mobile.line import NAME, NUMBER, Offer
from runner.sandbox.hoshi_mobile.qr import QrCodes
from runner.sandbox.tsubame_pay import checkout

if TYPE_CHECKING:
    from runner.sandbox.hoshi_mobile.site import Desk

TOP = "https://my.hoshi-mobile.example"
WAYS = {
    "saved_card": "Saved card",
    "card": "Another card",
    "pin": "Carrier billing (PIN)",
    "credit": "Credit",
    "slip": "Convenience store",
    "transfer": "Bank transfer",
    "wallet": "Tsubame Pay",
    "qr": "QR code",
}
RESULT_LIFE = timedelta(hours=1)
PINS = 3


class Orders:
    """The pages under /topup."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books
        self.codes = QrCodes(desk, self.place)

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/topup", self.choose),
            Route("/topup/order", self.ways),
            Route("/topup/confirm", self.confirm, methods=["POST"]),
            Route("/topup/pay", self.pay, methods=["POST"]),
            Route("/topup/bank", self.from_bank, methods=["POST"]),
            Route("/topup/wallet", self.from_wallet),
            Route("/topup/wallet/state", self.wallet_state),
            *self.codes.routes(),
            Route("/topup/result", self.result),
        ]

    async def choose(self, request: Request) -> Response:
        """The list of offers."""
        self.desk.signed_in(request)
        return self.desk.page(
            request,
            "offers.html",
            offers=line.offers(self.books),
            sold_out=self.desk.setting("sold_out"),
            promotion=self.desk.setting("promotion"),
            year=line.today(self.books).year,
        )

    async def ways(self, request: Request) -> Response:
        """How to pay."""
        self.desk.signed_in(request)
        offer = self.offer(request.query_params.get("plan"))
        if offer is None or offer.code == self.desk.setting("sold_out"):
            return RedirectResponse("/topup", 303)
        return self.desk.page(
            request,
            "ways.html",
            offer=offer,
            ways=WAYS,
            saved=of_owner(self.books).last_four,
            token=self.desk.token("way", code=offer.code, price=offer.price),
        )

    async def confirm(self, request: Request, error: str = "") -> Response:
        """What is about to be ordered; a card or a PIN is typed here."""
        self.desk.signed_in(request)
        form = await request.form()
        data = self.desk.take(request, "way", form.get("token"))
        offer = self.offer(data["code"])
        assert offer is not None  # noqa: S101 - the way was shown for an offer
        price, coupon = data["price"], self.desk.setting("coupon")
        if coupon != "none" and form.get("coupon") == coupon:
            price = price * 9 // 10
        order = {"code": offer.code, "name": offer.name, "price": price}
        return self.sheet(request, {**order, "way": str(form.get("way", "saved_card"))}, error)

    def sheet(self, request: Request, order: dict[str, Any], error: str = "") -> Response:
        """The confirmation page."""
        return self.desk.page(
            request,
            "confirm.html",
            order=order,
            way=WAYS[order["way"]],
            error=error,
            token=self.desk.token("order", **order),
        )

    async def pay(self, request: Request) -> Response:
        """The order itself; what comes next depends on the way to pay."""
        self.desk.signed_in(request)
        form = await request.form()
        with self.books.writing():
            order = self.desk.take(request, "order", form.get("token"))
            if self.desk.strike(request, "declined"):
                return self.desk.page(request, "declined.html")
            match order["way"]:
                case "saved_card" | "card":
                    return self.by_card(request, order, form)
                case "pin":
                    return self.by_pin(request, order, str(form.get("pin", "")))
                case "credit":
                    return self.by_credit(request, order)
                case "wallet":
                    return self.by_wallet(request, order)
                case "qr":
                    return self.codes.show(request, self.codes.begin(order))
                case "transfer":
                    return self.by_transfer(request, order)
                case _:
                    return self.by_slip(request, order)

    def by_card(self, request: Request, order: dict[str, Any], form: FormData) -> Response:
        """Hand over to the bank: its frame comes back to /topup/bank."""
        card = of_owner(self.books)
        if order["way"] == "card":
            number, expiry, cvc = (str(form.get(key, "")) for key in ("number", "expiry", "cvc"))
            card = Card(number, expiry, cvc)
        order["result"] = self.books.issue(NAME, "result", {"state": "waiting"}, RESULT_LIFE)
        token = payments.begin(
            self.books,
            card,
            shop="HOSHI MOBILE",
            amount=str(order["price"]),
            currency="JPY",
            back=f"{TOP}/topup/bank",
            order=order,
        )
        return self.desk.page(request, "bank.html", frame=payments.frame(token))

    async def from_bank(self, request: Request) -> Response:
        """The bank's frame has come back; no cookie comes with it."""
        form = await request.form()
        with self.books.writing():
            approved, order = payments.finish(self.books, str(form.get("payment", "")))
            if order is not None:
                state = {"state": "paid", "reference": self.place(order)} if approved else {}
                told = state or {"state": "declined"}
                self.books.change(NAME, "result", order["result"], told, RESULT_LIFE)
        address = f"{TOP}/topup/result?order={order['result'] if order else ''}"
        return self.desk.page(request, "leave_frame.html", address=address)

    async def result(self, request: Request) -> Response:
        """How a payment by card ended."""
        self.desk.signed_in(request)
        data = self.books.look(NAME, "result", request.query_params.get("order"))
        if data is None or data["state"] != "paid":
            return self.desk.page(request, "declined.html")
        return self.desk.page(request, "done.html", reference=data["reference"])

    def by_pin(self, request: Request, order: dict[str, Any], pin: str) -> Response:
        """On the phone bill, against the PIN; after three wrong ones that way is shut."""
        wrong: int = self.desk.setting("wrong_pins")
        if wrong >= PINS:
            return self.sheet(request, order, "Carrier billing is locked. Please call us.")
        if pin != self.desk.portal.secrets(self.books)["pin"]:
            self.books.put(NAME, wrong_pins=wrong + 1)
            self.books.note(NAME, "wrong_pin")
            return self.sheet(request, order, "The PIN is wrong.")
        self.books.put(NAME, wrong_pins=0)
        return self.desk.page(request, "done.html", reference=self.place(order))

    def by_credit(self, request: Request, order: dict[str, Any]) -> Response:
        """From the credit at the provider."""
        credit: int = self.desk.setting("credit")
        if credit < order["price"]:
            return self.desk.page(request, "declined.html", why="Your credit is not enough.")
        self.books.put(NAME, credit=credit - order["price"])
        return self.desk.page(request, "done.html", reference=self.place(order))

    def by_slip(self, request: Request, order: dict[str, Any]) -> Response:
        """A slip, to be paid at a shop within five days; nothing is charged yet."""
        number, day = self._owe(order), line.today(self.books)
        return self.desk.page(
            request,
            "slip.html",
            slip=f"{day:%y%m}-{4300 + number}-0817",
            price=order["price"],
            until=day + timedelta(days=5),
        )

    def by_transfer(self, request: Request, order: dict[str, Any]) -> Response:
        """An account number of this order alone, to be transferred to within seven days."""
        number, day = self._owe(order), line.today(self.books)
        return self.desk.page(
            request,
            "transfer.html",
            account=f"{8170000 + number:07d}",
            price=order["price"] + self.desk.setting("transfer_fee"),
            until=day + timedelta(days=7),
        )

    def _owe(self, order: dict[str, Any]) -> int:
        """One more order that waits for its payment; gives how many there are."""
        slips = [*self.desk.setting("slips"), order]
        self.books.put(NAME, slips=slips)
        self.books.note(NAME, "slip_issued", str(order["price"]))
        return len(slips)

    def by_wallet(self, request: Request, order: dict[str, Any]) -> Response:
        """Lead to the wallet, in this window or in one of its own."""
        window = self.desk.setting("wallet_window")
        token = checkout.begin(
            self.books,
            shop="HOSHI MOBILE",
            amount=str(order["price"]),
            back=None if window else f"{TOP}/topup/wallet",
            order=order,
        )
        if not window:
            return RedirectResponse(checkout.page(token), 303)
        return self.desk.page(request, "window.html", token=token, address=checkout.page(token))

    async def wallet_state(self, request: Request) -> Response:
        """What the page that waits for the wallet's window asks again and again."""
        data = checkout.look(self.books, request.query_params.get("payment"))
        return JSONResponse({"status": data["status"] if data else "stopped"})

    async def from_wallet(self, request: Request) -> Response:
        """Back from the wallet."""
        self.desk.signed_in(request)
        with self.books.writing():
            paid, order = checkout.finish(self.books, request.query_params.get("payment"))
            if not paid:
                return self.desk.page(request, "declined.html")
            return self.desk.page(request, "done.html", reference=self.place(order))

    def place(self, order: dict[str, Any]) -> str:
        """Charge, and extend the line; gives the order number."""
        line.add(self.books, order)
        self.books.note(NAME, "ordered", order["name"])
        return self.books.charge(NAME, NAME, NUMBER, order["name"], str(order["price"]), "JPY")

    def offer(self, code: str | None) -> Offer | None:
        """An offer of today's list."""
        return next((offer for offer in line.offers(self.books) if offer.code == code), None)
