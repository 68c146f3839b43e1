"""Approving a sign-in in the app: a page that waits, and moves on by itself.

docomo offered this until November 2024; how the page looked is from memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runner.sandbox.docomo.line import NAME

if TYPE_CHECKING:
    from runner.sandbox.docomo.signin import SignIn


class Approval:
    """The page, and what it asks for every half second."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in, self._books = sign_in, sign_in.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [Route("/auth/cgi/appstatus", self.status)]

    def begin(self, request: Request, visitor: str, data: dict[str, Any]) -> Response:
        """Ask the app, and wait."""
        with self._books.writing():
            self._books.put(NAME, approval="waiting")
            self._books.note(NAME, "approval_asked")
        return self._page(request, visitor, data)

    async def status(self, request: Request) -> Response:
        """Whether it was approved."""
        approved = self._books.get(NAME, "approval") == "approved"
        return JSONResponse({"approved": approved}, headers={"cache-control": "no-store"})

    def after(self, request: Request, visitor: str, data: dict[str, Any]) -> Response:
        """The page has seen it: in, if it is so."""
        if self._books.get(NAME, "approval") != "approved":
            return self._page(request, visitor, data)
        self._books.put(NAME, approval="")
        return self._sign_in.enter(data["back"])

    def _page(self, request: Request, visitor: str, data: dict[str, Any]) -> Response:
        return self._sign_in.form(request, "signin_app.html", visitor, step="app", **data)
