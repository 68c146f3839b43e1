"""Signing in: e-mail and password, and a code by mail for browsers that are not known."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox import codes, passwords
from runner.sandbox.airalo.desk import DEVICE, KNOWN_FOR, Desk, refusal, told
from runner.sandbox.airalo.line import NAME
from runner.sandbox.desk import keep

WRONG = {
    "wrong": (422, "These credentials do not match our records."),
    "locked": (429, "Too Many Attempts."),
}
REFUSED = {
    "wrong": "The verification code is not correct.",
    "over": "The verification code has expired.",
}


class SignIn:
    """The sign-in's page and requests."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/login", self.page),
            Route("/api/v2/login", self.password, methods=["POST"]),
            Route("/api/v2/login/verify", self.code, methods=["POST"]),
            Route("/api/v2/logout", self.leave, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """The form; now and then a check that one is human comes first."""
        check = self.desk.strike(request, "human_check") is not None
        return self.desk.bare(request, "login.html", check=check)

    async def password(self, request: Request) -> Response:
        """E-mail and password."""
        form = await request.form()
        own = self.desk.portal.secrets(self.books)
        given = (str(form.get("email", "")), str(form.get("password", "")))
        why = passwords.refused(self.desk, given, (own["email"], own["password"]))
        if why is not None:
            raise refusal(*WRONG[why])
        known = self.books.look(NAME, "device", request.cookies.get(DEVICE))
        if known is None and self.desk.setting("second"):
            codes.send(self.desk, own["email"])
            return told({"verify": self.desk.token("code"), "to": _hidden(own["email"])})
        return self.let_in()

    async def code(self, request: Request) -> Response:
        """The code of the mail; this browser is known from then on."""
        form = await request.form()
        token = str(form.get("verify", ""))
        if self.books.look(NAME, "code", token) is None:
            raise self.desk.broken(request)
        why = codes.refused(self.desk, request, str(form.get("code", "")))
        if why is not None:
            raise refusal(422, REFUSED[why])
        self.books.take(NAME, "code", token)
        response = self.let_in()
        keep(response, DEVICE, self.books.issue(NAME, "device", {}, KNOWN_FOR), KNOWN_FOR)
        return response

    def let_in(self) -> Response:
        """Begin a session."""
        self.books.note(NAME, "signed_in")
        response = told({"to": "/my-esims"})
        self.desk.begin(response, "airalo")
        return response

    async def leave(self, request: Request) -> Response:
        """Sign out."""
        response = told({"to": "/login"})
        self.desk.end(request, response, "airalo")
        return response


def _hidden(email: str) -> str:
    name, _, host = email.partition("@")
    return f"{name[0]}***@{host}"
