"""The desk of mineo's pages: the sign-in's host and My page, each with a session of its own."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from runner.sandbox import desk
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.layout import Redesign
from runner.sandbox.mineo import line
from runner.sandbox.mineo.line import NAME
from runner.sandbox.mineo.portal import TEMPLATES, Mineo

SIGN_IN, MY = "https://login.eonet.jp/auth/Login", "https://my.mineo.jp"
REDESIGN = Redesign(
    names={"graphRemaining": "dataRemain", "radio_": "sim_"},
    words={'value="決定"': 'value="この内容で申し込む"', "ご利用料金": "今回のお支払い"},
)


class Desk(desk.Desk):
    """What mineo's pages share."""

    def __init__(self, books: Books, portal: Mineo) -> None:
        super().__init__(
            books,
            NAME,
            templates=[TEMPLATES],
            redesign=REDESIGN,
            cookies={"eo": "EOSSO", "step": "EOSTEP", "mineo": "JSESSIONID"},
            sessions=portal.sessions,
        )
        self.portal = portal

    def signed_in(self, request: Request) -> dict[str, Any]:
        """The visitor's session at My page. Raises Answer: others are sent to the sign-in."""
        found = self.session(request, "mineo")
        if found is None:
            raise Answer(RedirectResponse(SIGN_IN, 302))
        return found

    def chosen(self, request: Request) -> str:
        """The line that the visitor chose. Raises Answer: the list of lines, before a choice."""
        session, numbers = self.signed_in(request), self.setting("numbers")
        if len(numbers) == 1:
            return str(numbers[0])
        if session.get("number") not in numbers:
            raise Answer(self.lines(request))
        return str(session["number"])

    def lines(self, request: Request, error: str = "") -> Response:
        """The list of the eoID's lines."""
        kinds = {number: line.load(self.books, number).plan for number in self.setting("numbers")}
        return self.page(request, "lines.html", kinds=kinds, error=error)
