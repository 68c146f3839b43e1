"""What stands before every page of the dashboard: nobody passes whom the door does not know, and
nothing is changed but by our own forms."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from runner.web.api_problems import Kind, Problem
from runner.web.body import reread
from runner.web.csrf import SAFE, Csrf, from_elsewhere, given
from runner.web.door import Door, for_programs
from runner.web.rates import Rate
from runner.web.who import Scope, Who

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Send
    from starlette.types import Scope as Connection

    from runner.web.pages import Pages

REQUESTS = 1200
"""Requests in a minute of one who was let in: a page that is loaded anew every second, and more."""
STRANGERS = 120
"""Requests of programs without a right token, in a minute from one address."""


class Gate:
    """Sets `request.state.who`, or refuses. Stands inside `Bodies`."""

    def __init__(self, app: ASGIApp, door: Door, csrf: Csrf, pages: Pages) -> None:
        self._app, self._door, self._csrf, self._pages = app, door, csrf, pages
        self._known, self._strangers = Rate(REQUESTS), Rate(STRANGERS)

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Let pass, or answer."""
        if scope["type"] != "http":  # the dashboard has no sockets
            await send({"type": "websocket.close", "code": 1008})
            return
        request = reread(Request(scope))
        refused = await self._refused(request)
        await (refused or self._app)(scope, receive, send)

    async def _refused(self, request: Request) -> Response | None:
        who = await run_in_threadpool(self._door.who, request)
        if who is None:
            return self._stranger(request)
        if not self._known.allow(f"{who.how} {who.name} {who.bound}"):
            return too_many()
        request.state.who = who
        request.state.csrf = self._csrf.token(who.bound) if who.bound else None
        return await self._not_ours(request, who)

    async def _not_ours(self, request: Request, who: Who) -> Response | None:
        """The answer to what this one may not do, or has not asked for by a form of ours."""
        if who.scope is Scope.CALENDAR and not request.url.path.startswith("/calendar"):
            return Problem(Kind.NOT_ALLOWED, "this token is for the calendar").answer()
        if request.method in SAFE:
            return None
        if who.scope is not Scope.ACT:
            return Problem(Kind.NOT_ALLOWED, "this token only reads").answer()
        if who.how == "token":
            return None
        if from_elsewhere(request, self._pages.base) or not self._csrf.right(
            await given(request), who.bound
        ):
            return not_our_form(request, self._pages)
        return None

    def _stranger(self, request: Request) -> Response:
        """Programs are told what is wanted; people are led to where they sign in."""
        if for_programs(request):
            if not self._strangers.allow(self._door.client(request)):
                return too_many()
            unknown = Problem(Kind.NOT_SIGNED_IN, "neither a right token nor a session is there")
            return unknown.answer({"www-authenticate": "Bearer"})
        sign_in = f"{self._pages.prefix}/login"
        if request.headers.get("hx-request"):
            return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"hx-redirect": sign_in})
        page = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.method in SAFE and page != "/":
            sign_in += "?next=" + quote(page, safe="")
        return RedirectResponse(sign_in, HTTPStatus.SEE_OTHER)


def not_our_form(request: Request, pages: Pages) -> Response:
    """The answer to what another site's page may have sent."""
    if for_programs(request):
        return Problem(
            Kind.NOT_ALLOWED, "a right CSRF token is wanted, from a page of this dashboard"
        ).answer()
    return pages.message(request, "not_our_form", status=HTTPStatus.FORBIDDEN)


def too_many(seconds: float = 60) -> Response:
    """The answer to one who asks too often."""
    wait = max(1, round(seconds))
    return Problem(Kind.TOO_MANY, f"try again in {wait} seconds").answer({"retry-after": str(wait)})
