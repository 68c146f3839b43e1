"""Rakuten ID: the ID and the password, both drawn by script, and the password once more."""

from __future__ import annotations

import json
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox import passwords
from runner.sandbox.desk import Answer
from runner.sandbox.rakuten_mobile.desk import AUTHORIZE, MY, Desk, told
from runner.sandbox.rakuten_mobile.line import NAME

WRONG = {
    "wrong": "ユーザIDまたはパスワードが正しくありません。",
    "locked": "ログインに連続して失敗したため、アカウントをロックしました。",
}
AGAIN = "はじめからやり直してください。"


class SignIn:
    """The pages of login.account.rakuten.com."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/sso/authorize", self.authorize),
            Route("/session/upgrade", self.upgrade),
            Route("/util/gc", self.riddle),
            Route("/v2/login/start", self.start, methods=["POST"]),
            Route("/v2/login/complete", self.complete, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        """The sign-in; straight on where the session still holds."""
        if self.desk.session(request, "sso") is not None:
            return RedirectResponse(self.back(), 302)
        return self.desk.page(request, "login.html", name="")

    async def upgrade(self, request: Request) -> Response:
        """The password once more, from a visitor who is known."""
        session = self.desk.session(request, "sso")
        if session is None:
            return RedirectResponse(AUTHORIZE, 302)
        response = self.desk.page(request, "login.html", name=session["id"].partition("@")[0])
        self.desk.begin(response, "step", id=session["id"], upgrade=True)
        return response

    async def riddle(self, request: Request) -> Response:
        """What the page's script has to turn round before a password is looked at."""
        mask = secrets.token_hex(8)
        return told({"token": self.desk.token("riddle", mask=mask), "mask": mask})

    async def start(self, request: Request) -> Response:
        """The ID. One that nobody has is led on like any other."""
        given = await sent(request)
        response = told({"route": "#/sign_in/password"})
        self.desk.begin(response, "step", id=str(given.get("id", "")))
        return response

    async def complete(self, request: Request) -> Response:
        """The password."""
        step, given = self.desk.session(request, "step"), await sent(request)
        riddle = self.books.take(NAME, "riddle", str(given.get("token", "")))
        if step is None or riddle is None or given.get("cres") != riddle["mask"][::-1]:
            return told({"error": AGAIN}, 400)
        own = self.desk.portal.secrets(self.books)
        entered = (step["id"], str(given.get("password", "")))
        why = passwords.refused(self.desk, entered, (own["id"], own["password"]))
        if why is not None:
            return told({"error": WRONG[why]}, 400)
        upgraded = bool(step.get("upgrade"))
        self.books.note(NAME, "upgraded" if upgraded else "signed_in")
        response = told({"go": self.back(upgraded)})
        self.desk.begin(response, "sso", id=step["id"])
        return response

    def back(self, upgraded: bool = False) -> str:
        """The address at my 楽天モバイル, with a code that is good once."""
        return f"{MY}/auth/callback?code={self.desk.token('code', upgraded=upgraded)}"


async def sent(request: Request) -> dict[str, Any]:
    """The JSON that a script sent. Raises Answer."""
    try:
        found = json.loads(await request.body())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Answer(told({"error": AGAIN}, 400))
    return found
