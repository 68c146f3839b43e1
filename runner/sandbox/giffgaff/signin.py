"""Signing in at id.giffgaff.com: pages drawn by a script, a token, a code by e-mail or text message."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox import codes, passwords
from runner.sandbox.giffgaff.desk import WWW, Desk
from runner.sandbox.giffgaff.line import NAME, NUMBER

WRONG = {
    "wrong": "Your member name or password is incorrect. Please try again.",
    "locked": "We've locked your account for a while, because there were too many tries.",
}
CLOSED = "Your account has been closed. Please contact an agent."
REFUSED = {
    "wrong": "That code is incorrect. Please check it and try again.",
    "over": "That code has expired. Please ask for a new one.",
}


class SignIn:
    """The pages of id.giffgaff.com, and how they lead back."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Of id.giffgaff.com."""
        return [
            Route("/auth/login/challenge", self.start),
            Route("/auth/csrf", self.csrf),
            Route("/auth/login", self.password, methods=["POST"]),
            Route("/v4/mfa/challenge/me", self.challenge, methods=["POST"]),
            Route("/v4/mfa/validation", self.validation, methods=["POST"]),
        ]

    def back(self) -> list[Route]:
        """Of www.giffgaff.com."""
        return [Route("/auth/callback", self.callback), Route("/auth/logout", self.leave)]

    async def start(self, request: Request) -> Response:
        """A page that is empty until its script has fetched a token."""
        if self.desk.session(request, "login") is not None:
            return RedirectResponse(self.pass_to(request.query_params.get("redirect", "")), 302)
        return self.desk.page(request, "challenge.html")

    async def csrf(self, _: Request) -> Response:
        """A token that is good for one try."""
        return JSONResponse({"token": self.desk.token("csrf")})

    async def password(self, request: Request) -> Response:
        """Check the member and the password."""
        form = self.desk.json_of(await request.json())
        token = request.headers.get("x-csrf-token")
        if self.books.take(NAME, "csrf", token) is None:
            return JSONResponse({"error": "Something went wrong. Please refresh the page."}, 403)
        own = self.desk.portal.secrets(self.books)
        given = str(form.get("username", "")), str(form.get("password", ""))
        why = passwords.refused(self.desk, given, (own["email"], own["password"]))
        if why is None and self.desk.setting("closed"):
            return JSONResponse({"error": CLOSED}, 401)
        if why is not None:
            return JSONResponse({"error": WRONG[why]}, 401)
        step = {"redirect": str(form.get("redirect", ""))}
        if not self.desk.setting("code"):
            return self.inside(step)
        name = own["email"]
        shown = {"EMAIL": f"{name[:2]}•••@{name.partition('@')[2]}", "TEXT": f"•••{NUMBER[-3:]}"}
        response = JSONResponse({"mfa": shown})
        self.desk.begin(response, "step", **step)
        return response

    async def challenge(self, request: Request) -> Response:
        """Send a code, as the member likes it."""
        if self.desk.session(request, "step") is None:
            return JSONResponse({"error": "Your session has timed out."}, 401)
        by = self.desk.json_of(await request.json()).get("preferredChannels")
        mail = self.desk.portal.secrets(self.books)["email"]
        codes.send(self.desk, mail if by == ["EMAIL"] else NUMBER)
        return JSONResponse({"ref": self.desk.token("ref")})

    async def validation(self, request: Request) -> Response:
        """The code that came."""
        form = self.desk.json_of(await request.json())
        step = self.desk.session(request, "step")
        if step is None or self.books.look(NAME, "ref", str(form.get("ref", ""))) is None:
            return JSONResponse({"error": "Your session has timed out."}, 401)
        why = codes.refused(self.desk, request, str(form.get("code", "")))
        return self.inside(step) if why is None else JSONResponse({"error": REFUSED[why]}, 401)

    def inside(self, step: dict[str, Any]) -> Response:
        """Signed in: the script goes where it is told."""
        self.books.note(NAME, "signed_in")
        response = JSONResponse({"next": self.pass_to(step["redirect"])})
        self.desk.begin(response, "login")
        return response

    def pass_to(self, redirect: str) -> str:
        """Back to the member's pages, with a pass that is good once."""
        target = redirect if redirect.startswith(f"{WWW}/") else f"{WWW}/dashboard"
        return f"{WWW}/auth/callback?code={self.desk.token('pass', to=target)}"

    async def callback(self, request: Request) -> Response:
        """The member's session begins."""
        to = self.desk.take(request, "pass", request.query_params.get("code"))["to"]
        response = RedirectResponse(to, 302)
        self.desk.begin(response, "www")
        return response

    async def leave(self, request: Request) -> Response:
        """Sign out everywhere."""
        self.books.void(NAME, "login", "www", "step", "api")
        return self.desk.page(request, "left.html")
