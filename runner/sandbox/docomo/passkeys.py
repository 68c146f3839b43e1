"""パスキー: registering one, and signing in with it.

That docomo takes passkeys is known; how these pages look, their addresses and their words are
guesses that nobody has confirmed.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox import webauthn
from runner.sandbox.docomo import human
from runner.sandbox.docomo.desk import Desk
from runner.sandbox.docomo.line import NAME
from runner.sandbox.docomo.signin import CHALLENGE_LIFE, PASSKEY_SITE, SignIn
from runner.sandbox.webauthn import PublicKey, Refused

ORIGIN = "https://cfg.smt.docomo.ne.jp"

REFUSED = "パスキーでログインできませんでした。"


class Passkeys:
    """The pages under /auth/cgi/passkey."""

    def __init__(self, desk: Desk, sign_in: SignIn) -> None:
        self.desk, self.books, self.sign_in = desk, desk.books, sign_in

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/auth/cgi/passkey", self.show),
            Route("/auth/cgi/passkey", self.add, methods=["POST"]),
            Route("/auth/cgi/passkey/login", self.enter, methods=["POST"]),
        ]

    async def show(self, request: Request, message: str = "", error: str = "") -> Response:
        """The passkeys of the account, and a button to register one more."""
        if self.desk.session(request, "sso") is None:
            return self.desk.page(request, "expired.html")
        secrets = self.desk.portal.secrets(self.books)
        return self.desk.page(
            request,
            "passkey.html",
            passkeys=len(known(self.desk)),
            challenge=self.challenge("create"),
            site=PASSKEY_SITE,
            user=webauthn.encoded(secrets["id"].encode()),
            id=secrets["id"],
            message=message,
            error=error,
        )

    def challenge(self, kind: str) -> str:
        """A question that can be answered once."""
        return self.books.issue(NAME, f"challenge-{kind}", {}, CHALLENGE_LIFE)

    async def add(self, request: Request) -> Response:
        """Take a new passkey."""
        if self.desk.session(request, "sso") is None:
            return self.desk.page(request, "expired.html")
        form = await request.form()
        try:
            key = webauthn.registered(
                str(form.get("clientData", "")),
                str(form.get("authData", "")),
                challenge=self.asked("create", form),
                origin=ORIGIN,
                site=PASSKEY_SITE,
            )
        except Refused as refused:
            self.books.note(NAME, "passkey_refused", str(refused))
            return await self.show(request, error="パスキーを登録できませんでした。")
        keep(self.desk, [*known(self.desk), key])
        self.books.note(NAME, "passkey_added")
        return await self.show(request, message="パスキーを登録しました。")

    async def enter(self, request: Request) -> Response:
        """Sign in with a passkey: no password, no code."""
        human.guard(self.desk, request)
        form = await request.form()
        visitor, data = self.sign_in.visitor_of(request, form)
        if self.desk.setting("locked"):
            return self.desk.page(request, "locked.html")
        try:
            self.check(form)
        except Refused as refused:
            self.books.note(NAME, "passkey_refused", str(refused))
            return self.sign_in.form(
                request, "signin_id.html", visitor, REFUSED, **{**data, "step": "id"}
            )
        self.books.note(NAME, "passkey_used")
        return self.sign_in.enter(data["back"])

    def check(self, form: FormData) -> None:
        """Raises Refused unless this is the answer of a passkey that the account has."""
        keys = {key.id: key for key in known(self.desk)}
        key = keys.get(str(form.get("id", "")))
        if key is None:
            raise Refused("the account has no such passkey")
        count = webauthn.asserted(
            key,
            str(form.get("clientData", "")),
            str(form.get("authData", "")),
            str(form.get("signature", "")),
            challenge=self.asked("get", form),
            origin=ORIGIN,
            site=PASSKEY_SITE,
        )
        keys[key.id] = PublicKey(key.id, key.point, count)
        keep(self.desk, list(keys.values()))

    def asked(self, kind: str, form: FormData) -> str:
        """The challenge that the page put; it is used up. The browser has signed its base64url."""
        challenge = str(form.get("challenge", ""))
        if self.books.take(NAME, f"challenge-{kind}", challenge) is None:
            raise Refused("nobody has asked for this, or it was answered before")
        return webauthn.encoded(challenge.encode())


def known(desk: Desk) -> list[PublicKey]:
    """The passkeys that the account has at the portal."""
    found: list[dict[str, Any]] = json.loads(desk.setting("passkeys") or "[]")
    return [PublicKey(**one) for one in found]


def keep(desk: Desk, keys: list[PublicKey]) -> None:
    """Let the account have these."""
    desk.books.put(NAME, passkeys=json.dumps([asdict(key) for key in keys]))
