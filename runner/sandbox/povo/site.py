"""povo's pages: signing in by mail, the line, the toppings, paying by the saved card, past orders."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Host, Route, Router

from runner.sandbox import codes, desk
from runner.sandbox.bank import card as bank_card
from runner.sandbox.bank import payments
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.layout import Redesign
from runner.sandbox.portal import App
from runner.sandbox.povo import line, mails
from runner.sandbox.povo.line import NAME, NUMBER, TOPPINGS
from runner.sandbox.povo.portal import TEMPLATES, Povo
from runner.sandbox.site import answering

SHOP, SUCCESS = "https://shop.povo.jp", "https://povo.jp/success"
REFUSED = {
    "wrong": "認証コードが正しくありません。",
    "over": "認証コードの有効期限が切れています。",
}
REDESIGN = Redesign(names={}, words={"購入する": "支払いに進む", "お支払い金額": "合計"})


class Site:
    """All pages."""

    def __init__(self, books: Books, portal: Povo) -> None:
        self.books, self.portal = books, portal
        self.desk = desk.Desk(
            books, NAME, templates=[TEMPLATES], redesign=REDESIGN,
            cookies={"povo": "POVOSID", "step": "POVOSTEP"}, sessions=portal.sessions,
        )  # fmt: skip

    def routes(self) -> list[Route]:
        """Of shop.povo.jp."""
        return [
            Route("/", self.home),
            Route("/login", self.login, methods=["GET", "POST"]),
            Route("/login/code", self.code, methods=["POST"]),
            Route("/logout", self.leave),
            Route("/manage/order-history", self.orders),
            Route("/toppings", self.toppings),
            Route("/toppings/confirm", self.confirm, methods=["POST"]),
            Route("/toppings/pay", self.pay, methods=["POST"]),
            Route("/toppings/result", self.result, methods=["POST"]),
        ]

    def own(self, request: Request) -> None:
        """Only for visitors who are signed in. Raises Answer."""
        if self.desk.session(request, "povo") is None:
            raise Answer(RedirectResponse(f"{SHOP}/login", 302))

    def page(self, request: Request, template: str, **values: Any) -> Response:
        """A page of the line."""
        return self.desk.page(request, template, number=NUMBER.replace("-", " "), **values)

    async def login(self, request: Request) -> Response:
        """The e-mail address; a code goes to it, if it is known: a stranger is told the same."""
        if request.method == "GET":
            return self.desk.page(request, "login.html")
        form = await request.form()
        if form.get("email") == self.portal.secrets(self.books)["email"]:
            codes.send(self.desk, str(form["email"]))
            message = self.books.last_message(NAME)
            if message is not None:
                mails.code(self.desk, message.recipient, self.portal.letter(self.books, message))
        else:
            self.books.note(NAME, "unknown_email")
        return self.code_page(request)

    def code_page(self, request: Request, error: str = "") -> Response:
        """Where the code is typed."""
        return self.desk.page(request, "code.html", token=self.desk.token("code"), error=error)

    async def code(self, request: Request) -> Response:
        """The code of the mail."""
        form = await request.form()
        self.desk.take(request, "code", form.get("token"))
        why = codes.refused(self.desk, request, str(form.get("otp", "")))
        if why is not None:
            return self.code_page(request, REFUSED[why])
        self.books.note(NAME, "signed_in")
        response = RedirectResponse(f"{SHOP}/", 303)
        self.desk.begin(response, "povo")
        return response

    async def leave(self, request: Request) -> Response:
        """Sign out."""
        response = RedirectResponse(f"{SHOP}/login", 302)
        self.desk.end(request, response, "povo")
        return response

    async def home(self, request: Request) -> Response:
        """The line: what is left of its toppings."""
        self.own(request)
        using = [one for one in line.in_use(self.books) if line.is_done(self.books, one)]
        total = sum(one["gb"] for one in using)
        until = max((date.fromisoformat(one["until"]) for one in using), default=None)
        today = line.today(self.books)
        return self.page(
            request, "home.html", total=total, until=until, today=today,
            stopped=line.stops_on(self.books) <= today,
        )  # fmt: skip

    async def orders(self, request: Request) -> Response:
        """トッピングの購入履歴, the newest first."""
        self.own(request)
        today = line.today(self.books).isoformat()
        rows = [
            {**one, "on": date.fromisoformat(one["on"]), "done": line.is_done(self.books, one)}
            for one in sorted(line.bought(self.books), key=lambda one: one["on"], reverse=True)
            if not (self.desk.setting("history_hides") and one["on"] == today)
        ]
        return self.page(request, "orders.html", rows=rows)

    async def toppings(self, request: Request) -> Response:
        """What is sold. A line that was stopped can buy nothing here."""
        self.own(request)
        stopped = line.stops_on(self.books) <= line.today(self.books)
        if stopped or self.desk.strike(request, "sold_out"):
            return self.page(request, "closed.html", stopped=stopped)
        token = self.desk.token("topping")
        return self.page(request, "toppings.html", toppings=TOPPINGS, token=token)

    async def confirm(self, request: Request) -> Response:
        """What is about to be bought, with the saved card."""
        self.own(request)
        form = await request.form()
        self.desk.take(request, "topping", form.get("token"))
        chosen = next((one for one in TOPPINGS if one.code == form.get("topping")), None)
        if chosen is None:
            raise self.desk.broken(request)
        price = self.desk.strike(request, "price")
        sheet = {
            "code": chosen.code,
            "name": chosen.name,
            "price": int(price["amount"]) if price else chosen.price,
        }
        return self.page(
            request, "confirm.html", sheet=sheet, token=self.desk.token("order", **sheet),
            last_four=bank_card.of_owner(self.books).last_four,
        )  # fmt: skip

    async def pay(self, request: Request) -> Response:
        """購入する: on to the bank's page, in a frame. Nothing is charged before the bank agrees."""
        self.own(request)
        form = await request.form()
        sheet = self.desk.take(request, "order", form.get("token"))
        if self.desk.strike(request, "declined"):
            self.books.note(NAME, "declined")
            return self.page(request, "declined.html")
        payment = payments.begin(
            self.books, bank_card.of_owner(self.books), shop="ｐｏｖｏ　トッピング",
            amount=str(sheet["price"]), currency="JPY", back=f"{SHOP}/toppings/result", order=sheet,
        )  # fmt: skip
        return self.page(request, "bank.html", frame=payments.frame(payment))

    async def result(self, request: Request) -> Response:
        """The frame brings the bank's answer; no session comes with it."""
        form = await request.form()
        with self.books.writing():
            approved, sheet = payments.finish(self.books, str(form.get("payment", "")))
            if sheet is None:
                raise self.desk.broken(request)
            done = self.place(sheet) if approved else {}
        if done:
            mails.bought(self.desk, self.portal.secrets(self.books)["email"], done)
        ticket = self.desk.token("receipt", **done)
        return self.desk.page(request, "back.html", target=f"{SUCCESS}?no={ticket}")

    def place(self, sheet: dict[str, Any]) -> dict[str, Any]:
        """Charge, and give the line its topping."""
        chosen = next(one for one in TOPPINGS if one.code == sheet["code"])
        reference = self.books.charge(
            NAME, NAME, NUMBER, chosen.name, str(sheet["price"]), "JPY"
        )  # fmt: skip
        line.add(self.books, chosen, sheet["price"], line.today(self.books), reference)
        self.books.note(NAME, "bought", chosen.name)
        return {**sheet, "reference": reference}

    async def success(self, request: Request) -> Response:
        """povo.jp/success: the receipt, or that the bank said no."""
        done = self.desk.take(request, "receipt", request.query_params.get("no"))
        return self.page(request, "done.html" if done else "declined.html", done=done)


def build(books: Books, portal: Povo) -> App:
    """The site as an application."""
    own = Site(books, portal)
    return answering(
        Router(
            [
                Host("shop.povo.jp", Router(own.routes())),
                Host("povo.jp", Router([Route("/success", own.success)])),
            ]
        )
    )
