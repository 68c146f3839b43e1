"""リチャージ by card: amount, card, confirmation, the bank's frame, and the list of past recharges.

Each page carries a token that is good once. The money is taken when the bank's frame brings its yes,
whether or not the visitor still looks on.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox.bank import card as bank_card
from runner.sandbox.bank import payments
from runner.sandbox.bank.card import Card
from runner.sandbox.desk import Answer
from runner.sandbox.japan import in_japan, money
from runner.sandbox.softbank.brand import path_of
from runner.sandbox.softbank.lobby import Counter, Lobby
from runner.sandbox.softbank_prepaid import line
from runner.sandbox.softbank_prepaid.line import AMOUNTS, NAME, NUMBER

NO_AMOUNT = "リチャージ金額を選択してください。"
NO_CARD = "カード番号または有効期限に誤りがあります。"


class Recharge:
    """The pages under /recharge/."""

    def __init__(self, lobby: Lobby, counter: Counter) -> None:
        self.lobby, self.desk, self.books = lobby, counter, counter.books
        self.base = f"{counter.brand.top}/recharge"

    def routes(self) -> list[Route]:
        """Their addresses."""
        base = path_of(self.base)
        return [
            Route(f"{base}/", self.ways),
            Route(f"{base}/credit", self.amounts),
            Route(f"{base}/credit/card", self.card, methods=["POST"]),
            Route(f"{base}/credit/confirm", self.confirm, methods=["POST"]),
            Route(f"{base}/credit/pay", self.pay, methods=["POST"]),
            Route(f"{base}/credit/result", self.result, methods=["POST"]),
            Route(f"{base}/credit/complete", self.complete),
            Route(f"{base}/history", self.history),
        ]

    def own(self, request: Request) -> None:
        """Only for the prepaid account's visitors."""
        counter, _ = self.lobby.signed_in(request)
        if counter.name != NAME:
            raise Answer(counter.page(request, "missing.html", 404))

    async def ways(self, request: Request) -> Response:
        """Step 7: the ways to recharge."""
        self.own(request)
        return self.page(request, "recharge_ways.html")

    async def amounts(self, request: Request, error: str = "") -> Response:
        """Step 8: 3,000円 or 5,000円."""
        self.own(request)
        token = self.desk.token("amount")
        return self.page(request, "recharge_amount.html", token=token, amounts=AMOUNTS, error=error)

    async def card(self, request: Request) -> Response:
        """Step 9: card number and expiry."""
        self.own(request)
        form = await request.form()
        self.desk.take(request, "amount", form.get("token"))
        given = str(form.get("amount", ""))
        if given not in map(str, AMOUNTS):
            return await self.amounts(request, NO_AMOUNT)
        if limit := line.limit(self.books, int(given)):
            return await self.amounts(request, limit)
        return self.card_form(request, int(given))

    def card_form(self, request: Request, amount: int, error: str = "") -> Response:
        """The form for the card, with a fresh token."""
        token = self.desk.token("card", amount=amount)
        return self.page(request, "recharge_card.html", amount=amount, token=token, error=error)

    async def confirm(self, request: Request) -> Response:
        """Step 10: what is about to be recharged, and for how much."""
        self.own(request)
        form = await request.form()
        amount = self.desk.take(request, "card", form.get("token"))["amount"]
        number = "".join(str(form.get("cardNo", "")).split())
        expiry = str(form.get("cardLimit", "")).replace(" ", "")
        if not (number.isascii() and number.isdigit() and len(number) in (15, 16) and expiry):
            return self.card_form(request, amount, NO_CARD)
        price = self.desk.strike(request, "price")
        # The site itself keeps no card number: only its end, and whether the bank knows it.
        sheet = {
            "amount": amount,
            "price": int(price["amount"]) if price else amount,
            "known": bank_card.knows(self.books, Card(number, expiry)),
            "method": f"クレジットカード（**** **** **** {number[-4:]}）",
        }
        token = self.desk.token("order", **sheet)
        action = f"{self.base}/credit/pay"
        return self.page(request, "recharge_confirm.html", sheet=sheet, token=token, action=action)

    async def pay(self, request: Request) -> Response:
        """The last button: on to the bank's page, in a frame."""
        self.own(request)
        form = await request.form()
        sheet = self.desk.take(request, "order", form.get("token"))
        if self.desk.strike(request, "declined"):
            self.books.note(NAME, "declined")
            return self.page(request, "recharge_declined.html")
        if limit := line.limit(self.books, sheet["amount"]):
            return await self.amounts(request, limit)
        card = bank_card.of_owner(self.books) if sheet["known"] else Card("", "")
        payment = payments.begin(
            self.books,
            card,
            shop="ソフトバンク　リチャージ",
            amount=str(sheet["price"]),
            currency="JPY",
            back=f"{self.base}/credit/result",
            order=sheet,
        )
        return self.page(request, "recharge_bank.html", frame=payments.frame(payment))

    async def result(self, request: Request) -> Response:
        """The frame brings the bank's answer; no session comes with it."""
        form = await request.form()
        with self.books.writing():
            approved, sheet = payments.finish(self.books, str(form.get("payment", "")))
            if sheet is None:
                raise self.desk.broken(request)
            done = self.place(sheet) if approved else {}
        if not approved:
            self.books.note(NAME, "declined")
        ticket = self.desk.token("receipt", **done)
        return self.page(
            request, "recharge_back.html", target=f"{self.base}/credit/complete?no={ticket}"
        )

    def place(self, sheet: dict[str, Any]) -> dict[str, Any]:
        """Charge, and add to the line; gives what the receipt says."""
        product = f"リチャージ　{money(sheet['amount'])}"
        line.recharge(self.books, sheet["amount"])
        self.books.note(NAME, "recharged", product)
        reference = self.books.charge(NAME, NAME, NUMBER, product, str(sheet["price"]), "JPY")
        return {**sheet, "reference": reference}

    async def complete(self, request: Request) -> Response:
        """The receipt, or that the bank said no."""
        self.own(request)
        done = self.desk.take(request, "receipt", request.query_params.get("no"))
        if not done:
            return self.page(request, "recharge_declined.html")
        return self.done(request, done)

    def done(self, request: Request, done: dict[str, Any]) -> Response:
        """The receipt."""
        pending = self.desk.setting("activation") > 0
        return self.page(request, "recharge_done.html", done=done, pending=pending)

    async def history(self, request: Request) -> Response:
        """リチャージ履歴, the newest first."""
        self.own(request)
        query = "SELECT * FROM charges WHERE portal = ? ORDER BY id DESC"
        rows = [{**dict(row), "at": in_japan(row["at"])} for row in self.books.rows(query, NAME)]
        return self.page(request, "recharge_history.html", rows=rows)

    def page(self, request: Request, template: str, **values: Any) -> Response:
        """A page of the prepaid account."""
        return self.desk.page(request, template, number=NUMBER, base=self.base, **values)
