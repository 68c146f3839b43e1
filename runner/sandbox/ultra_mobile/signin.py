"""Signing in by phone number and password; some days a code comes by text message."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox import codes, passwords
from runner.sandbox.desk import Answer
from runner.sandbox.ultra_mobile.desk import WWW, Desk
from runner.sandbox.ultra_mobile.line import NAME, NUMBER

WRONG = {
    "wrong": "The phone number or password you entered doesn't match our records.",
    "locked": "Your account is locked. Please reset your password or call customer care.",
}
REFUSED = {
    "wrong": "The verification code is invalid.",
    "over": "The verification code has expired.",
}


def digits(text: str) -> str:
    """The digits of a phone number, however it is written."""
    return "".join(sign for sign in text if sign.isdigit())


class SignIn:
    """The pages before the account."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/login", self.start),
            Route("/login", self.password, methods=["POST"]),
            Route("/login/verify", self.code, methods=["POST"]),
            Route("/logout", self.leave),
        ]

    async def start(self, request: Request, error: str = "") -> Response:
        """Phone number and password."""
        if self.desk.session(request, "ultra") is not None:
            return RedirectResponse(f"{WWW}/account", 302)
        return self.desk.page(request, "login.html", token=self.desk.token("login"), error=error)

    async def password(self, request: Request) -> Response:
        """Check both; ask for a code where the site wants one."""
        form = await request.form()
        self.desk.take(request, "login", form.get("_token"))
        own = self.desk.portal.secrets(self.books)["password"]
        given = digits(str(form.get("msisdn", ""))), str(form.get("password", ""))
        why = passwords.refused(self.desk, given, (digits(NUMBER), own))
        if why is not None:
            return await self.start(request, WRONG[why])
        if not self.desk.setting("code"):
            return self.inside()
        codes.send(self.desk, NUMBER)
        response = self.code_page(request)
        self.desk.begin(response, "step")
        return response

    def code_page(self, request: Request, error: str = "") -> Response:
        """Where the code is typed: a box for each digit."""
        return self.desk.page(request, "code.html", token=self.desk.token("code"), error=error)

    async def code(self, request: Request) -> Response:
        """The code of the text message."""
        form = await request.form()
        if self.desk.session(request, "step") is None:
            raise Answer(RedirectResponse(f"{WWW}/login", 303))
        self.desk.take(request, "code", form.get("_token"))
        why = codes.refused(self.desk, request, "".join(str(one) for one in form.getlist("digit")))
        return self.inside() if why is None else self.code_page(request, REFUSED[why])

    def inside(self) -> Response:
        """Signed in."""
        self.books.note(NAME, "signed_in")
        response = RedirectResponse(f"{WWW}/account", 303)
        self.desk.begin(response, "ultra")
        return response

    async def leave(self, request: Request) -> Response:
        """Sign out."""
        response = RedirectResponse(f"{WWW}/login", 302)
        self.desk.end(request, response, "ultra")
        return response
