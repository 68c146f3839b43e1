"""The desk of IIJmio's pages. Its sign-in is a Java server's: it stands where a page was asked for."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from runner.sandbox import desk, passwords
from runner.sandbox.books import Books
from runner.sandbox.desk import Answer, keep
from runner.sandbox.iijmio.line import NAME
from runner.sandbox.iijmio.portal import TEMPLATES, Iijmio
from runner.sandbox.layout import Redesign

HOME = "/member/"
ASKED, ASKED_LIFE = "JSESSIONIDSSO", timedelta(minutes=10)
REDESIGN = Redesign(
    names={"base2": "tbl_data", "j_username": "user"},
    words={"申し込む": "購入する", "ご請求金額": "お支払い合計"},
)
WRONG = {
    "wrong": "mioIDまたはパスワードが正しくありません。",
    "locked": "パスワードの誤入力が続いたため、mioIDをロックしました。",
}


class Desk(desk.Desk):
    """What IIJmio's pages share."""

    def __init__(self, books: Books, portal: Iijmio) -> None:
        super().__init__(
            books,
            NAME,
            templates=[TEMPLATES],
            redesign=REDESIGN,
            cookies={"mio": "JSESSIONID"},
            sessions=portal.sessions,
        )
        self.portal = portal

    def signed_in(self, request: Request) -> None:
        """Only for visitors who are signed in; others get the sign-in in this page's place."""
        if self.session(request, "mio") is None:
            posted = request.method == "POST"  # what was posted is lost
            raise Answer(self.sign_in(request, HOME if posted else request.url.path))

    def sign_in(self, request: Request, target: str, error: str = "") -> Response:
        """The form; the server remembers for some minutes which page was asked for."""
        response = self.page(request, "login.html", error=error)
        asked = self.books.issue(NAME, "asked", {"to": target}, ASKED_LIFE)
        keep(response, ASKED, asked)
        return response

    async def check(self, request: Request) -> Response:
        """/j_security_check: on to the page that was asked for."""
        form = await request.form()
        asked = self.books.take(NAME, "asked", request.cookies.get(ASKED))
        if asked is None:
            return self.page(request, "late.html", 408)
        own = self.portal.secrets(self.books)
        given = str(form.get("j_username", "")), str(form.get("j_password", ""))
        why = passwords.refused(self, given, (own["id"], own["password"]))
        if why is not None:
            return self.sign_in(request, asked["to"], WRONG[why])
        self.books.note(NAME, "signed_in")
        response = RedirectResponse(asked["to"], 302)
        self.begin(response, "mio")
        return response

    async def leave(self, request: Request) -> Response:
        """Sign out."""
        response = self.page(request, "left.html")
        self.end(request, response, "mio")
        return response
