"""Signing in and out: by password, or by a link that `kigen dashboard` prints."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runner.web.attempts import Attempts
from runner.web.body import reread
from runner.web.csrf import Csrf, from_elsewhere, given
from runner.web.door import Door
from runner.web.gate import not_our_form
from runner.web.links import DeadLink, Links
from runner.web.sessions import LONGEST, LinkUsed

if TYPE_CHECKING:
    from starlette.requests import Request

    from runner.web.pages import Pages

OWNER = "owner"
"""The name of whoever signs in by password or link."""
LINK_LIVES = timedelta(minutes=10)
AT_ONCE = 2
"""Passwords that are checked at a time: each takes 64 MB."""
_VISIT = "kigen-visit"


def sign_in_link(links: Links, fingerprint: str, base: str, now: datetime) -> str:
    """An address that signs one browser in, once, within ten minutes."""
    token = links.make(secrets.token_urlsafe(16), fingerprint, now + LINK_LIVES)
    return f"{base}/login/{token}"


class SignIn:
    """The pages of signing in, open to everybody, and those of signing out."""

    def __init__(
        self, door: Door, csrf: Csrf, links: Links, pages: Pages, attempts: Attempts | None = None
    ) -> None:
        self._door, self._csrf, self._links, self._pages = door, csrf, links, pages
        self._attempts = attempts or Attempts()
        self._hands = CapacityLimiter(AT_ONCE)

    def open_routes(self) -> list[BaseRoute]:
        """For strangers."""
        return [
            Route("/login", self.show, methods=["GET"]),
            Route("/login", self.take_password, methods=["POST"]),
            Route("/login/{token}", self.show_link, methods=["GET"]),
            Route("/login/{token}", self.take_link, methods=["POST"]),
        ]

    def routes(self) -> list[BaseRoute]:
        """For those who are signed in."""
        return [
            Route("/logout", self.sign_out, methods=["POST"]),
            Route("/logout/all", self.sign_out_all, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form."""
        return await self._form(request, HTTPStatus.OK)

    async def take_password(self, request: Request) -> Response:
        """The form, filled in."""
        if not await self._from_our_form(request):
            return not_our_form(request, self._pages)
        client = self._door.client(request)
        if (pause := self._attempts.begin(client)) > 0:
            answer = await self._form(request, HTTPStatus.TOO_MANY_REQUESTS, wait=round(pause) or 1)
            answer.headers["retry-after"] = str(round(pause) or 1)
            return answer
        password, onward = await _sent(request, "password", "next")
        if not await to_thread.run_sync(self._door.password.check, password, limiter=self._hands):
            return await self._form(request, HTTPStatus.UNAUTHORIZED, wrong=True)
        self._attempts.went_well(client)
        return await self._let_in(request, onward)

    async def show_link(self, request: Request) -> Response:
        """What a link shows: a button. Whoever opens the link to preview it does not use it up."""
        try:
            await self._check(request)
        except DeadLink:
            return self._pages.message(request, "dead_sign_in", status=HTTPStatus.GONE)
        return self._pages.draw(
            request, "login_link.html", path=f"{self._pages.prefix}{request.url.path}"
        )

    async def take_link(self, request: Request) -> Response:
        """The button."""
        if from_elsewhere(request, self._pages.base):
            return not_our_form(request, self._pages)
        try:
            await self._check(request)
            return await self._let_in(request, "", self._links.id_of(request.path_params["token"]))
        except (DeadLink, LinkUsed):
            return self._pages.message(request, "dead_sign_in", status=HTTPStatus.GONE)

    async def sign_out(self, request: Request) -> Response:
        """End this browser's session."""
        if id := request.cookies.get(self._door.cookie):
            await run_in_threadpool(self._door.sessions.end, id)
        return self._left()

    async def sign_out_all(self, request: Request) -> Response:
        """End all sessions."""
        await run_in_threadpool(self._door.sessions.end_all)
        return self._left()

    async def _check(self, request: Request) -> None:
        """Raises DeadLink, also where it was used."""
        token: str = request.path_params["token"]
        self._links.check(token, await run_in_threadpool(self._door.password.fingerprint))
        if await run_in_threadpool(self._door.sessions.used, self._links.id_of(token)):
            raise DeadLink

    async def _let_in(self, request: Request, onward: str, link: str | None = None) -> Response:
        """A session with a new id, whatever this browser had before. Raises LinkUsed."""

        def begin() -> str:
            door = self._door
            id = door.sessions.begin(OWNER, door.password.fingerprint(), link)
            if before := request.cookies.get(door.cookie):
                door.sessions.end(before)
            return id

        id = await run_in_threadpool(begin)
        response = RedirectResponse(
            self._pages.prefix + (onward if own_path(onward) else "/"), HTTPStatus.SEE_OTHER
        )
        response.set_cookie(
            self._door.cookie,
            id,
            max_age=int(LONGEST.total_seconds()),
            path="/",
            secure=self._door.secure,
            httponly=True,
            samesite="lax",  # links in messages lead to pages, not to the sign-in
        )
        response.delete_cookie(_VISIT, path="/")
        return response

    async def _form(
        self, request: Request, status: int, *, wrong: bool = False, wait: int = 0
    ) -> Response:
        """The form, bound to a cookie of this visit, so that no other site can fill it in."""
        visit = request.cookies.get(_VISIT) or secrets.token_urlsafe(32)
        request.state.csrf = self._csrf.token(_of_visit(visit))
        onward = request.query_params.get("next", "")
        if request.method == "POST":
            [onward] = await _sent(request, "next")
        response = self._pages.draw(
            request,
            "login.html",
            status=status,
            wrong=wrong,
            wait=wait,
            onward=onward if own_path(onward) else "",
            by_password=await run_in_threadpool(lambda: self._door.password.is_set),
        )
        response.set_cookie(
            _VISIT, visit, path="/", secure=self._door.secure, httponly=True, samesite="strict"
        )
        return response

    async def _from_our_form(self, request: Request) -> bool:
        visit = request.cookies.get(_VISIT)
        return (
            visit is not None
            and not from_elsewhere(request, self._pages.base)
            and self._csrf.right(await given(reread(request)), _of_visit(visit))
        )

    def _left(self) -> Response:
        response = RedirectResponse(f"{self._pages.prefix}/login", HTTPStatus.SEE_OTHER)
        response.delete_cookie(
            self._door.cookie, path="/", secure=self._door.secure, httponly=True, samesite="lax"
        )
        return response


async def _sent(request: Request, *names: str) -> list[str]:
    """These boxes of the form that was sent; empty where they are missing, or no text."""
    async with reread(request).form(max_files=0, max_fields=20) as form:
        found = [form.get(name, "") for name in names]
    return [one if isinstance(one, str) else "" for one in found]


def own_path(path: str) -> bool:
    """Whether it leads to a page of ours, and nowhere else."""
    return (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and path.isprintable()
        and len(path) <= 500
    )


def _of_visit(visit: str) -> str:
    return f"visit {visit}"
