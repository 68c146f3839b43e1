"""The checkout: what an order costs, Airmoney or a card, the bank, and how it ended."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox.airalo import line
from runner.sandbox.airalo.desk import UNEXPECTED, Desk, refusal, told
from runner.sandbox.airalo.line import NAME, RATES
from runner.sandbox.bank import payments
from runner.sandbox.bank.card import Card, of_owner

TOP = "https://www.airalo.com"
RESULT_LIFE = timedelta(hours=1)
DECLINED = "Your card was declined. Nothing was charged."


class Checkout:
    """The checkout's pages and requests."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/checkout", self.page),
            Route("/checkout/3ds", self.from_bank, methods=["POST"]),
            Route("/checkout/result/{order}", self.result),
            Route("/api/v2/checkout", self.quote),
            Route("/api/v2/orders/topups", self.order, methods=["POST"]),
            Route("/api/v2/orders/state/{order}", self.state),
        ]

    async def page(self, request: Request) -> Response:
        """The bare checkout."""
        asked = {name: request.query_params.get(name, "") for name in ("sim", "package")}
        airmoney = "1" if self.desk.setting("airmoney_on") else ""
        return self.desk.bare(request, "checkout.html", asked={**asked, "airmoney": airmoney})

    async def result(self, request: Request) -> Response:
        """The bare page that waits for an order."""
        return self.desk.bare(request, "result.html", order=request.path_params["order"])

    async def quote(self, request: Request) -> Response:
        """What this top-up costs, and what of it Airmoney pays. Its token orders exactly that."""
        self.desk.signed_in(request)
        asked = request.query_params
        try:
            bought = line.package(asked.get("sim", ""), asked.get("package", ""))
        except StopIteration:
            raise refusal(
                422, "The package is invalid or it is currently out of stock.", 34
            ) from None
        code = line.currency(self.books)
        price = line.price(self.books, bought)
        if dearer := self.desk.strike(request, "price"):
            price, code = Decimal(dearer["amount"]), dearer["currency"]
        credit = line.in_currency(Decimal(self.desk.setting("airmoney")), code)
        used = min(credit, price) if asked.get("airmoney") else Decimal(0)
        sim = line.load(self.books, asked["sim"])
        assert sim is not None  # noqa: S101 - it has packages
        sheet = {
            "sim": sim.iccid,
            "code": bought.code,
            "name": f"{sim.operator} {bought.title}",
            "price": str(price),
            "currency": code,
            "used": str(used),
        }
        return told(
            {
                "token": self.desk.token("order", **sheet),
                "sim": sim.iccid,
                "operator": sim.operator,
                "title": bought.title,
                "subtotal": line.written(price, code),
                "airmoney": line.written(Decimal(self.desk.setting("airmoney")), "USD"),
                "used": f"-{line.written(used, code)}" if used else None,
                "total": line.written(price - used, code),
                "nothing_left": price == used,
                "saved": of_owner(self.books).last_four,
            }
        )

    async def order(self, request: Request) -> Response:
        """COMPLETE ORDER: Airmoney alone pays at once; a card pays when its bank agrees."""
        self.desk.signed_in(request)
        form = await request.form()
        with self.books.writing():
            sheet = self.desk.take(request, "order", form.get("token"))
            if (unsold := self.unsold()) is not None:
                return unsold
            rest = Decimal(sheet["price"]) - Decimal(sheet["used"])
            declined = self.desk.strike(request, "declined") is not None
            if not rest:
                if declined or not self.enough(sheet):
                    self.books.note(NAME, "declined")
                    return refusal(422, "Insufficient Airalo Credit.", 11).response
                return told({"order": self.begun("paid", self.place(sheet))})
            if declined:
                self.books.note(NAME, "declined")
                return refusal(422, DECLINED).response
            sheet["result"] = self.begun("waiting")
            payment = payments.begin(
                self.books, self.card(form), shop="AIRALO", amount=str(rest),
                currency=sheet["currency"], back=f"{TOP}/checkout/3ds", order=sheet,
            )  # fmt: skip
        return told({"frame": payments.frame(payment)})

    async def from_bank(self, request: Request) -> Response:
        """The bank's frame has come back; no cookie comes with it."""
        form = await request.form()
        with self.books.writing():
            approved, sheet = payments.finish(self.books, str(form.get("payment", "")))
            if sheet is not None:
                paid = approved and self.enough(sheet)
                number = self.place(sheet) if paid else None
                self.change(sheet["result"], "paid" if paid else "declined", number)
        address = f"{TOP}/checkout/result/{sheet['result'] if sheet else 'unknown'}"
        return self.desk.page(request, "leave_frame.html", address=address)

    async def state(self, request: Request) -> Response:
        """How an order stands, for the page that waits for it."""
        self.desk.signed_in(request)
        found = self.books.look(NAME, "result", request.path_params["order"])
        if found is None:
            raise refusal(404, UNEXPECTED, 53)
        message = DECLINED if found["state"] == "declined" else ""
        return told({**found, "message": message})

    # ---------------------------------------------------------------------------------------------

    def unsold(self) -> Response | None:
        """The answer where the operator sells it no longer; None where it is sold."""
        if self.desk.setting("topups") != "refused":
            return None
        self.books.note(NAME, "disabled_by_operator")
        return refusal(422, "The requested top-up has been disabled by the operator.", 23).response

    def card(self, form: FormData) -> Card:
        """The card that was typed, or the saved one."""
        if form.get("method") != "new":
            return of_owner(self.books)
        return Card(*(str(form.get(name, "")) for name in ("number", "expiry", "cvc")))

    def enough(self, sheet: dict[str, Any]) -> bool:
        """Whether the Airmoney that an order counts on is still there."""
        credit = line.in_currency(Decimal(self.desk.setting("airmoney")), sheet["currency"])
        return Decimal(sheet["used"]) <= credit

    def begun(self, state: str, number: str | None = None) -> str:
        """An order's ticket, by which its page asks how it stands."""
        return self.books.issue(NAME, "result", {"state": state, "number": number}, RESULT_LIFE)

    def change(self, ticket: str, state: str, number: str | None) -> None:
        """Write down how an order ended."""
        self.books.change(NAME, "result", ticket, {"state": state, "number": number}, RESULT_LIFE)

    def place(self, sheet: dict[str, Any]) -> str:
        """Charge, take the Airmoney, and top the eSIM up; gives the order's number."""
        price, code = Decimal(sheet["price"]), sheet["currency"]
        reference = self.books.charge(NAME, NAME, sheet["sim"], sheet["name"], str(price), code)
        number = f"{reference[:8]}-{reference[8:]}"
        left = Decimal(self.desk.setting("airmoney")) - Decimal(sheet["used"]) / RATES[code]
        order = {
            "number": number,
            "at": self.books.now(NAME).isoformat(),
            "iccid": sheet["sim"],
            "product": sheet["name"],
            "price": line.written(price, code),
        }
        orders = [*self.desk.setting("orders"), order]
        self.books.put(NAME, orders=orders, airmoney=str(left.quantize(Decimal("0.01"))))
        line.add(self.books, sheet["sim"], sheet["code"])
        self.books.note(NAME, "ordered", sheet["name"])
        return number
