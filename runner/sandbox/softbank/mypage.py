"""The portal's own host: the top page, the choice of a line, and the links to the other hosts."""

from __future__ import annotations

import asyncio
import random

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.softbank.brand import path_of
from runner.sandbox.softbank.lobby import Lobby


class MyPage:
    """The pages that every account has."""

    def __init__(self, lobby: Lobby) -> None:
        self.lobby, self.brand = lobby, lobby.brand

    def routes(self) -> list[Route]:
        """Their addresses."""
        base = path_of(self.brand.top)
        return [
            Route(f"{base}/top", self.top),
            Route(f"{base}/api/top", self.summary),
            Route(f"{base}/changeMsn", self.change, methods=["POST"]),
            Route(f"{base}/webLink/doSend/{{code}}", self.link),
            Route(f"{base}/payment", self.payment),
            Route(f"{base}/logout", self.leave),
        ]

    async def top(self, request: Request) -> Response:
        """For visitors the ways to sign in; for those who are signed in the menu and a summary."""
        found = self.lobby.visitor(request)
        if found is None:
            return self.lobby.front.page(request, "public.html")
        counter, session = found
        return counter.page(
            request,
            "top.html",
            number=counter.number(session),
            numbers=counter.portal.numbers,
        )

    async def summary(self, request: Request) -> Response:
        """What the top page's script shows. The systems behind it take their time."""
        headers = {"cache-control": "no-store"}
        found = self.lobby.visitor(request)
        if found is None:
            return JSONResponse({"error": "session"}, 401, headers=headers)
        counter, session = found
        await asyncio.sleep(random.uniform(0.1, 0.4))  # noqa: S311 - a delay, not a secret
        shown = counter.portal.summary(counter, counter.number(session))
        return JSONResponse(shown, headers=headers)

    async def change(self, request: Request) -> Response:
        """Look at another line from now on."""
        counter, session = self.lobby.signed_in(request)
        form = await request.form()
        if form.get("msn") in counter.portal.numbers:
            counter.update(request, "my", session | {"number": form["msn"]})
        return RedirectResponse(f"{self.brand.top}/top", 302)

    async def link(self, request: Request) -> Response:
        """A deep link: to the top, or a form that submits itself to another host."""
        top, data, bill = self.brand.links
        code = request.path_params["code"]
        if code == top and self.lobby.visitor(request) is None:
            return self.lobby.to_sign_in(f"{self.brand.top}/top")
        counter, session = self.lobby.signed_in(request)
        targets = {data: self.brand.data, bill: f"{self.brand.bill}/top"}
        if code not in targets:
            return RedirectResponse(f"{self.brand.top}/top", 302)
        number = counter.number(session)
        return counter.page(
            request,
            "web_link.html",
            target=targets[code],
            first=counter.token("hand_over", number=number, target=targets[code]),
            second=counter.token("hand_over_too"),
        )

    async def payment(self, request: Request) -> Response:
        """料金・支払い管理: a menu."""
        counter, session = self.lobby.signed_in(request)
        return counter.page(request, "payment.html", number=counter.number(session))

    async def leave(self, request: Request) -> Response:
        """Sign out here, then at the sign-in host."""
        response = RedirectResponse(f"{self.brand.signin}/logout.php", 302)
        for counter in self.lobby.counters:
            counter.end(request, response, "my")
        return response
