"""au ID: ID and password on two pages or one, the second step, the consent."""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox import codes
from runner.sandbox.au.desk import MY, Desk, ours
from runner.sandbox.au.line import NAME, NUMBERS
from runner.sandbox.au.portal import url
from runner.sandbox.derive import number
from runner.sandbox.desk import Answer

BASE = "/net/vwc/cca_lg_eu_nets"
WRONG = "au IDまたはパスワードが違います。"
LOCKED = "パスワードの入力を一定回数誤られたため、au IDがロックされました。"
REFUSED = {
    "wrong": "確認コードが正しくありません。",
    "over": "確認コードの有効期限が切れています。もう一度ログインしてください。",
}


class SignIn:
    """The pages of connect.auone.jp, and of the phone."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Of connect.auone.jp."""
        return [
            Route(f"{BASE}/login", self.start),
            Route(f"{BASE}/cca", self.check, methods=["POST"]),
            Route(f"{BASE}/code", self.code, methods=["POST"]),
            Route(f"{BASE}/state", self.state),
            Route(f"{BASE}/next", self.next),
            Route(f"{BASE}/consent", self.consent, methods=["POST"]),
        ]

    def phone_routes(self) -> list[Route]:
        """Of a.auone.jp, which the phone opens."""
        return [Route("/{key}", self.on_the_phone, methods=["GET", "POST"])]

    async def start(self, request: Request, error: str = "", target: str = "") -> Response:
        """The sign-in; straight on where the session still holds."""
        target = target or request.query_params.get("targeturl", "")
        if not ours(target):
            target = f"{MY}/"
        if not error and self.desk.session(request, "au_id") is not None:
            return self.on_to(target)
        token = self.desk.token("login", target=target)
        one_page = self.desk.setting("one_page")
        return self.desk.page(request, "login.html", token=token, error=error, one_page=one_page)

    async def check(self, request: Request) -> Response:
        """ID and password."""
        form = await request.form()
        target = self.desk.take(request, "login", form.get("ccaToken"))["target"]
        if self.desk.setting("locked"):
            return await self.start(request, LOCKED, target)
        own = self.desk.portal.secrets(self.books)
        given = str(form.get("loginAliasId", "")), str(form.get("loginAuonePwd", ""))
        # The ID may be the phone number as well.
        known = given[0] in (own["id"], NUMBERS[0].replace("-", ""))
        if not (known and hmac.compare_digest(given[1].encode(), own["password"].encode())):
            self.books.note(NAME, "wrong_password")
            locked = self.desk.count_failure()
            return await self.start(request, LOCKED if locked else WRONG, target)
        self.books.put(NAME, failures=0)
        response: Response = RedirectResponse(f"{BASE}/next", 303)
        step = "done" if self.desk.setting("second") == "off" else self.desk.setting("second")
        if step != "done":
            codes.send(self.desk, own["id"] if step == "mail" else NUMBERS[0])
        self.desk.begin(response, "au_step", step=step, target=target)
        return response

    async def next(self, request: Request) -> Response:
        """Whatever is still wanted: the code, the phone, the consent; then on to the target."""
        step = self.step(request)
        if step["step"] in ("code", "mail"):
            return self.code_page(request)
        if step["step"] == "url":
            if self.over():
                self.desk.update(request, "au_step", {**step, "step": "over"})
                return self.desk.page(request, "url_over.html")
            return self.wait_page(request)
        if step["step"] == "over":
            return self.desk.page(request, "url_over.html")
        if not self.desk.setting("consented"):
            token = self.desk.token("consent")
            return self.desk.page(request, "consent.html", token=token)
        self.books.note(NAME, "signed_in")
        response = self.on_to(step["target"])
        self.desk.end(request, response, "au_step")
        self.desk.begin(response, "au_id")
        return response

    def wait_page(self, request: Request) -> Response:
        """The page that waits for the phone; its barcode is for where no text message comes."""
        message = self.books.last_message(NAME)
        bars = f"{number(self.books.seed, NAME, message.id if message else 0) % 2**64:064b}"
        return self.desk.page(
            request, "wait.html", state=f"{BASE}/state", next=f"{BASE}/next", bars=bars
        )

    def code_page(self, request: Request, error: str = "") -> Response:
        """Where the code is typed."""
        token = self.desk.token("code")
        way = "メール" if self.step(request)["step"] == "mail" else "SMS"
        return self.desk.page(request, "code.html", token=token, way=way, error=error)

    async def code(self, request: Request) -> Response:
        """The code from the text message or mail."""
        step, form = self.step(request), await request.form()
        self.desk.take(request, "code", form.get("ccaToken"))
        why = codes.refused(self.desk, request, str(form.get("confirmcode", "")))
        if why is not None:
            return self.code_page(request, REFUSED[why])
        self.desk.update(request, "au_step", {**step, "step": "done"})
        return RedirectResponse(f"{BASE}/next", 303)

    async def state(self, request: Request) -> Response:
        """What the waiting page asks for again and again."""
        step, message = self.step(request), self.books.last_message(NAME)
        done = message is not None and self.desk.setting("approved") == message.id
        if done and step["step"] == "url":
            self.desk.update(request, "au_step", {**step, "step": "done"})
        return JSONResponse({"go": done or self.over()})

    async def on_the_phone(self, request: Request) -> Response:
        """The one-time URL: the device is shown; the owner ticks the box, and lets it in."""
        message = self.books.last_message(NAME)
        key = request.path_params["key"]
        if message is None or self.over() or not url(self.books, message).endswith(f"/{key}"):
            return self.desk.page(request, "url_over.html")
        form = await request.form()
        if request.method == "POST" and form.get("confirmed"):
            self.books.put(NAME, approved=message.id)
            return self.desk.page(request, "phone.html", done=True)
        return self.desk.page(request, "phone.html", done=False)

    async def consent(self, request: Request) -> Response:
        """許可する."""
        self.step(request)
        form = await request.form()
        self.desk.take(request, "consent", form.get("ccaToken"))
        self.books.put(NAME, consented=True)
        return RedirectResponse(f"{BASE}/next", 303)

    def over(self) -> bool:
        """Whether the newest message is no longer good."""
        message = self.books.last_message(NAME)
        return message is None or message.until <= self.books.now(NAME)

    def step(self, request: Request) -> dict[str, Any]:
        """How far this visitor has come. Raises Answer."""
        found = self.desk.session(request, "au_step")
        if found is None:
            raise Answer(self.desk.page(request, "expired.html"))
        return found

    def on_to(self, target: str) -> Response:
        """To the host that asked for the sign-in."""
        ticket = self.desk.token("pass", to=target)
        return RedirectResponse(f"https://{urlsplit(target).netloc}/enter?pass={ticket}", 303)
