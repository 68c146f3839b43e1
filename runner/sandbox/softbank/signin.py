"""Signing in: number and password on one page, then the security number by text message."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox import codes
from runner.sandbox.softbank.brand import host_of, path_of
from runner.sandbox.softbank.carrier import DIGITS
from runner.sandbox.softbank.lobby import Counter, Lobby

WRONG = "携帯電話番号またはパスワードが正しくありません。"
LOCKED = "パスワードが一定回数以上間違って入力されたためロックされました。"
NO_DIGITS = "携帯電話番号はハイフンなしの半角数字で入力してください。"
WRONG_NUMBER = "セキュリティ番号が正しくありません。"
OLD_NUMBER = "セキュリティ番号の有効期限が切れています。"
TICKET_LIFE = timedelta(minutes=1)


class SignIn:
    """The pages of the sign-in host."""

    def __init__(self, lobby: Lobby) -> None:
        self.lobby, self.brand = lobby, lobby.brand

    def routes(self) -> list[Route]:
        """Their addresses."""
        base = path_of(self.brand.signin)
        return [
            Route(f"{base}/login.php", self.show),
            Route(f"{base}/login.php", self.password, methods=["POST"]),
            Route(f"{base}/r_login_otp.php", self.security, methods=["POST"]),
            Route(f"{base}/logout.php", self.leave),
        ]

    async def show(self, request: Request) -> Response:
        """The form; a browser that is known already goes on to the security number."""
        back = self.safe(request.query_params.get("rl"))
        found = self.lobby.visitor(request, "sso")
        if found is not None:
            return self.known(request, found[0], back)
        return self.form(request, back)

    def form(self, request: Request, back: str, error: str = "", telnum: str = "") -> Response:
        """Number and password, with a fresh ticket."""
        front = self.lobby.front
        ticket = front.token("ticket", back=back)
        return front.page(request, "login.html", ticket=ticket, error=error, telnum=telnum)

    async def password(self, request: Request) -> Response:
        """Right: on to the security number. Wrong: once more, until the account is locked."""
        form = await request.form()
        back = self.lobby.front.take(request, "ticket", form.get("ticket"))["back"]
        telnum = str(form.get("telnum", "")).strip()
        if not (telnum.isascii() and telnum.isdigit()):
            return self.form(request, back, NO_DIGITS, telnum)
        counter = self.lobby.of_number(telnum)
        if counter is None:
            return self.form(request, back, WRONG, telnum)
        if counter.setting("locked"):
            return self.form(request, back, LOCKED, telnum)
        right = counter.portal.secrets(counter.books)["password"].encode()
        if hmac.compare_digest(str(form.get("password", "")).encode(), right):
            counter.books.put(counter.name, failures=0)
            return self.known(request, counter, back)
        counter.books.note(counter.name, "wrong_password")
        return self.form(request, back, LOCKED if counter.count_failure() else WRONG, telnum)

    def known(self, request: Request, counter: Counter, back: str) -> Response:
        """The account is known: ask where the security number shall go, or let the visitor in."""
        if counter.setting("two_step") == "off":
            return self.enter(counter, back)
        ticket = self.lobby.front.token("destination", back=back, account=counter.name)
        return counter.page(
            request, "destination.html", ticket=ticket, numbers=counter.portal.numbers
        )

    async def security(self, request: Request) -> Response:
        """A destination was chosen, or the security number was typed."""
        form = await request.form()
        front = self.lobby.front
        if "password" not in form:
            data = front.take(request, "destination", form.get("ticket"))
            counter = self.lobby.named(data["account"])
            numbers = counter.portal.numbers
            chosen = str(form.get("dest", "0"))
            place = int(chosen) if chosen.isdecimal() and int(chosen) < len(numbers) else 0
            codes.send(counter, numbers[place])
            return self.ask(request, counter, data | {"tel": numbers[place]})
        data = front.take(request, "security", form.get("ticket"))
        counter = self.lobby.named(data["account"])
        given = str(form.get("password", ""))
        refusal = codes.refused(counter, request, given, counter.portal.code)
        if refusal is not None:
            error = WRONG_NUMBER if refusal == "wrong" else OLD_NUMBER
            return self.ask(request, counter, data, error)
        return self.enter(counter, data["back"])

    def ask(
        self, request: Request, counter: Counter, data: dict[str, Any], error: str = ""
    ) -> Response:
        """The page with the box for the number."""
        ticket = self.lobby.front.token("security", **data)
        return counter.page(
            request, "security.html", ticket=ticket, tel=data["tel"], error=error, digits=DIGITS
        )

    def enter(self, counter: Counter, back: str) -> Response:
        """Signed in: remembered here, with a ticket for the host that sent the visitor."""
        books = counter.books
        books.note(counter.name, "signed_in", host_of(back))
        ticket = books.issue(counter.name, "pass", {"back": back}, TICKET_LIFE)
        start = self.brand.bill if back.startswith(f"{self.brand.bill}/") else self.brand.top
        response = RedirectResponse(f"{start}/auth/callback?code={ticket}", 302)
        counter.begin(response, "sso")
        return response

    async def leave(self, request: Request) -> Response:
        """Sign out here; the portal has done so on its own host."""
        response = self.lobby.front.page(request, "signed_out.html")
        for counter in self.lobby.counters:
            counter.end(request, response, "sso")
        return response

    def safe(self, back: str | None) -> str:
        """Only addresses of the site itself are led back to."""
        return back if back and self.brand.owns(back) else f"{self.brand.top}/top"


class Callback:
    """Where a host takes the visitor back from the sign-in."""

    def __init__(self, lobby: Lobby, base: str, kind: str) -> None:
        self.lobby, self.base, self.kind = lobby, base, kind

    def route(self) -> Route:
        """Its address."""
        return Route(f"{path_of(self.base)}/auth/callback", self.arrive)

    async def arrive(self, request: Request) -> Response:
        """With a ticket that is good once: a session on this host."""
        for counter in self.lobby.counters:
            found = counter.books.take(counter.name, "pass", request.query_params.get("code"))
            if found is not None:
                response = RedirectResponse(found["back"], 302)
                counter.begin(response, self.kind)
                return response
        raise self.lobby.front.broken(request)
