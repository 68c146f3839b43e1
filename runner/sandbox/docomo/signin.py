"""Signing in with a dアカウント: the ID, the password, and where it leads."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.desk import keep
from runner.sandbox.docomo import human, second
from runner.sandbox.docomo.approval import Approval
from runner.sandbox.docomo.desk import TOP, Desk
from runner.sandbox.docomo.line import NAME
from runner.sandbox.docomo.lookalike import HOSTS as LOOK_ALIKES
from runner.sandbox.docomo.lookalike import led_away
from runner.sandbox.docomo.partner import BACK
from runner.sandbox.docomo.partner import HOSTS as PARTNERS

PASSKEY_SITE = "smt.docomo.ne.jp"
CHALLENGE_LIFE = timedelta(minutes=5)
VISITOR = "chkck"
WRONG = "dアカウントのIDまたはパスワードに誤りがあります。"
TICKET_LIFE = timedelta(minutes=1)
ARRIVALS = {TOP: f"{TOP}auth/callback"} | {f"https://{h}/": f"https://{h}{BACK}" for h in PARTNERS}
"""Where the sites that send visitors here take them back."""


class SignIn:
    """The pages under /auth/cgi/."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.books = desk.books
        self.approval = Approval(self)

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/auth/cgi/anidlogin", self.start),
            Route("/auth/cgi/idauth", self.post, methods=["POST"]),
            Route("/auth/cgi/idauth", self.start),
            Route("/auth/cgi/logout", self.leave),
            *self.approval.routes(),
        ]

    async def start(self, request: Request) -> Response:
        """The first page asks for the ID, unless the visitor is signed in already."""
        human.guard(self.desk, request)
        if (away := led_away(self.desk, request, "id")) is not None:
            return away
        back = _safe(request.query_params.get("rl"))
        if self.desk.session(request, "sso") is not None:
            return self.back(back)
        visitor = request.cookies.get(VISITOR) or self.books.issue(
            NAME, "visitor", {}, timedelta(days=1)
        )
        response = self.form(request, "signin_id.html", visitor, step="id", back=back, id="")
        keep(response, VISITOR, visitor)
        return response

    def form(
        self, request: Request, template: str, visitor: str, error: str = "", **data: Any
    ) -> Response:
        """A page of the sign-in with a fresh `arcv`."""
        arcv = self.desk.token("arcv", visitor=_mark(visitor), **data)
        framed = f"https://{LOOK_ALIKES['example']}/auth/cgi/anidlogin?step={data['step']}"
        more: dict[str, Any] = {
            "frame": framed if self.desk.strike(request, "foreign_frame") else "",
            "challenge": self.books.issue(NAME, "challenge-get", {}, CHALLENGE_LIFE),
            "site": PASSKEY_SITE,
        }
        return self.desk.page(request, template, arcv=arcv, error=error, **data, **more)

    def visitor_of(self, request: Request, form: FormData) -> tuple[str, dict[str, Any]]:
        """Who sent a form, and what its token stands for."""
        visitor = request.cookies.get(VISITOR, "")
        data = self.desk.take(request, "arcv", form.get("arcv"))
        if data.pop("visitor") != _mark(visitor):
            raise self.desk.broken(request)
        return visitor, data

    async def post(self, request: Request) -> Response:
        """Every form of the sign-in comes here; its token knows which one it was."""
        human.guard(self.desk, request)
        form = await request.form()
        step = "password" if "authpass" not in form else "code"
        if (away := led_away(self.desk, request, step)) is not None:
            return away
        visitor, data = self.visitor_of(request, form)
        step = data.pop("step")
        if step == "id":
            return self.after_id(request, visitor, form, data)
        if step == "password":
            return self.after_password(request, visitor, form, data)
        if step == "app":
            return self.approval.after(request, visitor, data)
        return self.after_code(request, visitor, form, data)

    def after_id(
        self, request: Request, visitor: str, form: FormData, data: dict[str, Any]
    ) -> Response:
        """Any ID leads to the password page: the portal does not tell which ones exist."""
        name = str(form.get("authid", "")).strip()
        if not name:
            error = "dアカウントのIDを入力してください。"
            return self.form(
                request, "signin_id.html", visitor, error, step="id", **(data | {"id": ""})
            )
        data["id"] = name
        return self.form(request, "signin_password.html", visitor, step="password", **data)

    def after_password(
        self, request: Request, visitor: str, form: FormData, data: dict[str, Any]
    ) -> Response:
        """Right: on to the code page or in. Wrong: once more, until the account is locked."""
        secrets = self.desk.portal.secrets(self.books)
        ours = data["id"] == secrets["id"]
        if ours and self.desk.setting("locked"):
            return self.desk.page(request, "locked.html")
        given = str(form.get("authpass", "")).encode()
        if ours and hmac.compare_digest(given, secrets["password"].encode()):
            self.books.put(NAME, failures=0)
            if second.asked(self.desk, request):
                if self.desk.setting("code_by") == "app":
                    return self.approval.begin(request, visitor, data)
                return self.code_page(request, visitor, data, send=True)
            return self.enter(data["back"])
        self.books.note(NAME, "wrong_password")
        if ours and self.desk.count_failure():
            return self.desk.page(request, "locked.html")
        return self.form(request, "signin_password.html", visitor, WRONG, step="password", **data)

    def code_page(
        self,
        request: Request,
        visitor: str,
        data: dict[str, Any],
        send: bool = False,
        error: str = "",
    ) -> Response:
        """The page with the six boxes."""
        if send:
            second.send(self.desk)
        return self.form(request, "signin_code.html", visitor, error, step="code", **data)

    def after_code(
        self, request: Request, visitor: str, form: FormData, data: dict[str, Any]
    ) -> Response:
        """The code itself, or the wish for another one."""
        if "resend" in form:
            return self.code_page(request, visitor, data, send=True)
        refused = second.check(self.desk, request, str(form.get("rotpwd", "")))
        if refused:
            return self.code_page(request, visitor, data, error=refused)
        response = self.enter(data["back"])
        if form.get("deviceflg") == "1":
            second.trust(self.desk, response, str(form.get("devicename", "")))
        return response

    def enter(self, back: str) -> Response:
        """Signed in: a session here, and a ticket for the site that sent the visitor."""
        with self.books.writing():
            self.books.put(NAME, sign_ins=self.desk.setting("sign_ins") + 1)
            self.books.note(NAME, "signed_in")
        response = self.back(back)
        self.desk.begin(response, "sso")
        return response

    def back(self, back: str) -> Response:
        """To the site that sent the visitor, with a ticket that is good once."""
        ticket = self.books.issue(NAME, "pass", {"back": back}, TICKET_LIFE)
        arrival = next(there for site, there in ARRIVALS.items() if back.startswith(site))
        return RedirectResponse(f"{arrival}?code={ticket}", 302)

    async def leave(self, request: Request) -> Response:
        """Sign out here; My docomo has done so on its own host."""
        response = self.desk.page(request, "signed_out.html")
        self.desk.end(request, response, "sso")
        return response


def _safe(back: str | None) -> str:
    """Only addresses of sites that are known are led back to."""
    return back if back and back.startswith(tuple(ARRIVALS)) else TOP


def _mark(visitor: str) -> str:
    import hashlib

    return hashlib.sha256(visitor.encode()).hexdigest()[:16]
