"""The bank's pages inside a shop's frame."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, Router

from runner.sandbox.bank import payments
from runner.sandbox.bank.card import NAME, PHONE
from runner.sandbox.bank.portal import TEMPLATES, code
from runner.sandbox.books import Books
from runner.sandbox.portal import App


class Pages:
    """The pages under /3ds/."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape()
        )
        self._templates.filters["written"] = payments.written

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/3ds/challenge", self.challenge),
            Route("/3ds/code", self.code, methods=["POST"]),
            Route("/3ds/status", self.status),
            Route("/3ds/end", self.end, methods=["POST"]),
        ]

    async def challenge(self, request: Request) -> Response:
        """What the bank asks of its customer; for most payments nothing."""
        token = request.query_params.get("payment", "")
        data = self.books.look(NAME, payments.KIND, token)
        if data is None:
            return self.page("gone.html", status=404)
        if data["status"] != "waiting":
            return self.page("back.html", token=token, data=data)
        if data["asks"] == "app":
            return self.page("app.html", token=token, data=data)
        self.books.send(
            NAME, PHONE, timedelta(minutes=payments.setting(self.books, "code_minutes"))
        )
        return self.page("code.html", token=token, data=data)

    async def code(self, request: Request) -> Response:
        """The code that the customer typed."""
        form = await request.form()
        token = str(form.get("payment", ""))
        data = self.books.look(NAME, payments.KIND, token)
        if data is None:
            return self.page("gone.html", status=404)
        if self.right(str(form.get("code", ""))):
            return self.answer(token, data, "approved")
        data["tries"] += 1
        self.books.note(NAME, "wrong_code")
        if data["tries"] >= payments.TRIES:
            return self.answer(token, data, "refused")
        payments.answer(self.books, token, data, "waiting")
        return self.page("code.html", token=token, data=data, error="コードが正しくありません。")

    async def status(self, request: Request) -> Response:
        """What the page that waits for the app asks again and again."""
        token = request.query_params.get("payment", "")
        data = self.books.look(NAME, payments.KIND, token)
        if data is None:
            return JSONResponse({"status": "gone"})
        status = payments.from_app(self.books, data)
        if status != "waiting":
            payments.answer(self.books, token, data, status)
        return JSONResponse({"status": status})

    async def end(self, request: Request) -> Response:
        """The customer went back, or the app has answered."""
        form = await request.form()
        token = str(form.get("payment", ""))
        data = self.books.look(NAME, payments.KIND, token)
        if data is None:
            return self.page("gone.html", status=404)
        status = data["status"] if data["status"] != "waiting" else "refused"
        return self.answer(token, data, status)

    def right(self, given: str) -> bool:
        """Whether this is the code that was sent last. It is good once."""
        message = self.books.last_message(NAME)
        if message is None or message.spent or message.until <= self.books.now(NAME):
            return False
        if not hmac.compare_digest(given.encode(), code(self.books, message).encode()):
            return False
        self.books.mark(NAME, "spent", message.id)
        return True

    def answer(self, token: str, data: dict[str, Any], status: str) -> Response:
        """Write the answer down, and let the frame take it to the shop."""
        payments.answer(self.books, token, data, status)
        return self.page("back.html", token=token, data={**data, "status": status})

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page, from its template."""
        html = self._templates.get_template(template).render(**values)
        return HTMLResponse(html, status, headers={"cache-control": "no-store"})


def build(books: Books) -> App:
    """The site as an application."""
    return Router(Pages(books).routes())
