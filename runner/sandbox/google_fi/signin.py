"""Google's sign-in: address, password, a code by SMS; and the door in the face of programs."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox import codes
from runner.sandbox.desk import Desk
from runner.sandbox.google_fi.line import NAME, NUMBER
from runner.sandbox.google_fi.portal import GoogleFi, session

HOME = "https://accounts.google.com/v3/signin"
LIFE = timedelta(days=400)


class SignIn:
    """All pages of accounts.google.com. `TL` is the token that leads from one page to the next."""

    def __init__(self, desk: Desk, portal: GoogleFi) -> None:
        self.desk, self.books, self.portal = desk, desk.books, portal

    def routes(self) -> list[Route]:
        """Of accounts.google.com."""
        return [
            Route("/", self.start),
            Route("/ServiceLogin", self.start),
            Route("/v3/signin/identifier", self.page),
            Route("/v3/signin/challenge/pwd", self.page),
            Route("/v3/signin/challenge/ipp", self.page),
            Route("/v3/signin/rejected", self.page),
            Route("/v3/signin/_/next", self.next, methods=["POST"]),
        ]

    async def start(self, request: Request) -> Response:
        """The first page."""
        to = request.query_params.get("continue", "https://fi.google.com/account")
        token = self.desk.token("identifier", to=to)
        return RedirectResponse(f"{HOME}/identifier?TL={quote(token)}", 302)

    async def page(self, request: Request) -> Response:
        """A page; its script draws it, and sends what was typed with how it was typed."""
        which = request.url.path.rpartition("/")[2]
        return self.desk.page(
            request, "signin.html", which=which, phone=NUMBER[-2:],
            token=request.query_params.get("TL", ""),
        )  # fmt: skip

    async def next(self, request: Request) -> Response:
        """Next: on to another page, back with an error, or out."""
        sent: dict[str, Any] = await request.json()
        which, typed = str(sent.get("page")), str(sent.get("typed", ""))
        held = self.books.take(NAME, which, str(sent.get("token", "")))
        if held is None:
            return to(
                "identifier", self.desk.token("identifier", to="https://fi.google.com/account")
            )
        if self.by_program(sent, typed):
            self.books.note(NAME, "program_refused", which)
            return to("rejected")
        secrets = self.portal.secrets(self.books)
        if which == "identifier":
            if typed != secrets["email"]:
                return self.again(which, held, "Couldn’t find your Google Account")
            return to("challenge/pwd", self.desk.token("pwd", **held))
        if which == "pwd":
            if not hmac.compare_digest(typed.encode(), secrets["password"].encode()):
                self.books.note(NAME, "wrong_password")
                return self.again(which, held, "Wrong password. Try again.")
            if not self.desk.setting("second"):
                return self.inside(held["to"])
            codes.send(self.desk, NUMBER)
            return to("challenge/ipp", self.desk.token("ipp", **held))
        if codes.refused(self.desk, request, typed.removeprefix("G-")):
            return self.again(which, held, "Wrong code. Try again.")
        return self.inside(held["to"])

    def by_program(self, sent: dict[str, Any], typed: str) -> bool:
        """Whether no person did this: fewer keys than letters, or a browser that says so itself."""
        keys = sent.get("keys")
        if not isinstance(keys, int) or keys < len(typed):
            return True
        return self.desk.setting("refuses") == "browser" and sent.get("steered") is not False

    def again(self, which: str, held: dict[str, Any], error: str) -> Response:
        """The same page, with what was wrong."""
        return JSONResponse({"error": error, "token": self.desk.token(which, **held)})

    def inside(self, target: str) -> Response:
        """Signed in: with cookies for all of Google."""
        self.books.note(NAME, "signed_in")
        response = JSONResponse({"to": target})
        for name, value in session(self.books).items():
            response.set_cookie(
                name, value, max_age=int(LIFE.total_seconds()), domain=".google.com", secure=True,
                httponly=True,
            )  # fmt: skip
        return response


def to(page: str, token: str = "") -> Response:
    """On to another page of the sign-in."""
    return JSONResponse({"to": f"{HOME}/{page}?TL={quote(token)}"})
