"""The desk of au's pages: three hosts, each with a session of its own, all entered by one sign-in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from runner.sandbox import desk
from runner.sandbox.au import line
from runner.sandbox.au.line import NAME
from runner.sandbox.au.portal import TEMPLATES, Au
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer
from runner.sandbox.layout import Redesign

SIGN_IN = "https://connect.auone.jp/net/vwc/cca_lg_eu_nets/login"
MY, CHARGE = "https://my.au.com", "https://dch.auone.jp"
SESSION_OF = {"my.au.com": "my_au", "dch.auone.jp": "charge"}
REDESIGN = Redesign(
    names={"loginAliasId": "auid", "confirmcode": "otc"},
    words={"チャージする": "購入を確定", "お支払い金額": "ご請求額", "残りデータ容量": "のこり"},
)


class Desk(desk.Desk):
    """What au's pages share."""

    def __init__(self, books: Books, portal: Au) -> None:
        super().__init__(
            books,
            NAME,
            templates=[TEMPLATES],
            redesign=REDESIGN,
            cookies={"au_id": "SSO_AUID", "au_step": "CCASTEP", "my_au": "MYAUSID", "charge": "DCHSID"},
            sessions=portal.sessions,
        )  # fmt: skip
        self.portal = portal

    def values(self) -> dict[str, Any]:
        """What every page's template may use."""
        return {**super().values(), "my": MY, "charge": CHARGE}

    def signed_in(self, request: Request) -> dict[str, Any]:
        """The visitor's session on this host. Raises Answer: others are sent to the sign-in."""
        host = request.url.hostname or ""
        found = self.session(request, SESSION_OF[host])
        if found is None:
            raise Answer(RedirectResponse(f"{SIGN_IN}?targeturl={quote(here(request), '')}", 302))
        return found

    def chosen(self, request: Request) -> str:
        """The line that the visitor chose. Raises Answer: the list of lines, before a choice."""
        session = self.signed_in(request)
        numbers = self.setting("numbers")
        if len(numbers) == 1:
            return str(numbers[0])
        if session.get("number") not in numbers:
            raise Answer(self.lines(request))
        return str(session["number"])

    def lines(self, request: Request, error: str = "") -> Response:
        """The list of the au ID's lines."""
        kinds = {number: line.load(self.books, number).plan for number in self.setting("numbers")}
        return self.page(request, "lines.html", kinds=kinds, error=error)

    async def choose(self, request: Request) -> Response:
        """選択: this line from now on, on this host."""
        session = self.signed_in(request)
        form = await request.form()
        number = str(form.get("number", ""))
        if number not in self.setting("numbers"):
            return self.lines(request, "電話番号を選択してください。")
        self.update(request, SESSION_OF[request.url.hostname or ""], {**session, "number": number})
        return RedirectResponse("/" if request.url.hostname == "my.au.com" else "/charge/", 303)

    async def change_line(self, request: Request) -> Response:
        """The list once more."""
        self.signed_in(request)
        return self.lines(request)

    async def enter(self, request: Request) -> Response:
        """Back from the sign-in, with a pass that is good once."""
        passed = self.take(request, "pass", request.query_params.get("pass"))
        response = RedirectResponse(passed["to"], 302)
        self.begin(response, SESSION_OF[request.url.hostname or ""])
        return response


def here(request: Request) -> str:
    """The address that was asked for, as the visitor knows it: no port, HTTPS."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"https://{request.url.hostname}{request.url.path}{query}"


def ours(url: str) -> bool:
    """Whether the sign-in leads to this address."""
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.netloc in SESSION_OF
