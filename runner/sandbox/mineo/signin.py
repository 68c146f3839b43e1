"""eoID: the ID, a one-time key for browsers that are not trusted, the password."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox import codes, passwords
from runner.sandbox.desk import Answer, keep
from runner.sandbox.mineo.desk import MY, SIGN_IN, Desk
from runner.sandbox.mineo.line import NAME, NUMBERS

WRONG = {
    "wrong": "ログイン情報が正しくありません。",
    "locked": "ログイン情報の誤入力が続いたため、eoIDがロックされました。",
}
REFUSED = {
    "wrong": "ワンタイムキーが正しくありません。",
    "over": "ワンタイムキーの有効期限が切れています。",
}
TRUST, TRUST_LIFE = "EOTRUST", timedelta(days=90)
CLEARANCE, CLEARANCE_LIFE = "EOCHK", timedelta(minutes=30)


class SignIn:
    """The pages of login.eonet.jp."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/auth/Login", self.start),
            Route("/auth/human", self.human, methods=["POST"]),
            Route("/auth/id", self.id, methods=["POST"]),
            Route("/auth/key", self.key, methods=["POST"]),
            Route("/auth/password", self.password, methods=["POST"]),
        ]

    async def start(self, request: Request, error: str = "") -> Response:
        """The box for the eoID; straight on where the session still holds."""
        if self.desk.session(request, "eo") is not None:
            return self.on()
        cleared = self.books.look(NAME, "clearance", request.cookies.get(CLEARANCE)) is not None
        if not cleared and self.desk.strike(request, "human_check"):
            return self.check_page(request)
        return self.desk.page(request, "id.html", token=self.desk.token("id"), error=error)

    def check_page(self, request: Request) -> Response:
        """Digits in a picture; what they are is known to the books alone."""
        chance = random.SystemRandom()
        digits = [chance.randrange(10) for _ in range(5)]
        self.books.put(NAME, human_answer=digits)
        self.books.note(NAME, "human_check")
        token = self.desk.token("human", digits=digits)
        return self.desk.page(request, "human.html", token=token, digits="".join(map(str, digits)))

    async def human(self, request: Request) -> Response:
        """What a person has read in the picture."""
        form = await request.form()
        right = self.desk.take(request, "human", form.get("token"))["digits"]
        if form.get("answer") != "".join(map(str, right)):
            return self.check_page(request)
        response = RedirectResponse(SIGN_IN, 303)
        clearance = self.books.issue(NAME, "clearance", {}, CLEARANCE_LIFE)
        keep(response, CLEARANCE, clearance, CLEARANCE_LIFE)
        return response

    async def id(self, request: Request) -> Response:
        """The eoID. One that nobody has is led on like any other."""
        form = await request.form()
        self.desk.take(request, "id", form.get("_token"))
        step = {"id": str(form.get("eoid", ""))}
        if self.desk.setting("key") == "before" and not self.trusted(request):
            response = self.ask_key(request, step["id"])
        else:
            response = self.password_page(request)
        self.desk.begin(response, "step", **step)
        return response

    def trusted(self, request: Request) -> bool:
        """Whether this browser was trusted before."""
        return self.books.look(NAME, "trust", request.cookies.get(TRUST)) is not None

    def ask_key(self, request: Request, given: str) -> Response:
        """Send a one-time key, and ask for it."""
        if given == self.desk.portal.secrets(self.books)["id"]:
            codes.send(self.desk, NUMBERS[0])
        return self.key_page(request)

    def key_page(self, request: Request, error: str = "") -> Response:
        """Where the one-time key is typed."""
        return self.desk.page(request, "key.html", token=self.desk.token("key"), error=error)

    async def key(self, request: Request) -> Response:
        """The one-time key."""
        step, form = self.step(request), await request.form()
        self.desk.take(request, "key", form.get("_token"))
        why = codes.refused(self.desk, request, str(form.get("onetimeKey", "")))
        if why is not None:
            return self.key_page(request, REFUSED[why])
        response = self.inside() if step.get("password") else self.password_page(request)
        self.desk.update(request, "step", {**step, "key": True})
        if form.get("trust"):
            keep(response, TRUST, self.books.issue(NAME, "trust", {}, TRUST_LIFE), TRUST_LIFE)
        return response

    def password_page(self, request: Request) -> Response:
        """Where the password is typed."""
        return self.desk.page(request, "password.html", token=self.desk.token("password"))

    async def password(self, request: Request) -> Response:
        """Check ID and password; a wrong one leads back to the beginning."""
        step, form = self.step(request), await request.form()
        self.desk.take(request, "password", form.get("_token"))
        own, given = self.desk.portal.secrets(self.books), str(form.get("password", ""))
        why = passwords.refused(self.desk, (step["id"], given), (own["id"], own["password"]))
        if why is not None:
            return await self.start(request, WRONG[why])
        asks = self.desk.setting("key") == "after" and not self.trusted(request)
        if asks and not step.get("key"):
            self.desk.update(request, "step", {**step, "password": True})
            return self.ask_key(request, step["id"])
        return self.inside()

    def inside(self) -> Response:
        """Signed in."""
        self.books.note(NAME, "signed_in")
        response = self.on()
        self.desk.begin(response, "eo")
        return response

    def on(self) -> Response:
        """To My page, with a pass that is good once."""
        ticket = self.desk.token("pass")
        return RedirectResponse(f"{MY}/mvno_cp/SSO010101_Enter.action?ticket={ticket}", 303)

    def step(self, request: Request) -> dict[str, Any]:
        """How far this visitor has come. Raises Answer."""
        found = self.desk.session(request, "step")
        if found is None:
            raise Answer(RedirectResponse(SIGN_IN, 303))
        return found
