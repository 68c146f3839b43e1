"""What all pages of a portal share: the books, sessions, one-way tokens, templates, faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from runner.sandbox import faults
from runner.sandbox.books import Books
from runner.sandbox.japan import FILTERS
from runner.sandbox.layout import Redesign

FORM_LIFE = timedelta(hours=1)


class Answer(Exception):
    """Ends the handling of a request with this response."""

    def __init__(self, response: Response) -> None:
        self.response = response


class Desk:
    """Where every page of one portal is handled. A portal's own desk adds what only it has.

    `cookies` names the cookie of each kind of session; `sessions` are the kinds of tickets that
    end when the session does.
    """

    def __init__(
        self,
        books: Books,
        name: str,
        *,
        templates: Sequence[Path],
        redesign: Redesign,
        cookies: Mapping[str, str],
        sessions: Sequence[str],
    ) -> None:
        self.books, self.name = books, name
        self.names: tuple[str, ...] = (name,)
        """Whose faults strike here: several accounts share a page that does not know its visitor."""
        self._redesign, self._cookies, self._sessions = redesign, cookies, sessions
        self._templates = Environment(
            loader=FileSystemLoader(templates), autoescape=select_autoescape()
        )
        self._templates.filters.update(FILTERS)

    def setting(self, key: str) -> Any:
        """A fact of the account."""
        return self.books.get(self.name, key)

    def strike(self, request: Request, name: str) -> dict[str, Any] | None:
        """Does this fault strike this request?"""
        host = request.headers.get("host", "").partition(":")[0]
        return faults.strike(self.books, name, self.names, host, request.url.path, request.method)

    def values(self) -> dict[str, Any]:
        """What every page's template may use."""
        return {"now": self.books.now(self.name)}

    def page(
        self, request: Request, template: str, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page, from its template."""
        html = self._templates.get_template(template).render(**self.values(), **values)
        if self.strike(request, "changed_layout"):
            html = self._redesign.of(html)
        return HTMLResponse(html, status, headers={"cache-control": "no-store"})

    def broken(self, request: Request) -> Answer:
        """The general error page, for a token that is missing or was used."""
        return Answer(self.page(request, "error.html", 200))

    # one-way tokens ------------------------------------------------------------------------------

    def token(self, kind: str, **data: Any) -> str:
        """A token for one form of one page."""
        return self.books.issue(self.name, kind, data, FORM_LIFE)

    def take(self, request: Request, kind: str, token: Any) -> dict[str, Any]:
        """What the token of a form stands for; it is used up."""
        data = self.books.take(self.name, kind, str(token or ""))
        if data is None:
            raise self.broken(request)
        found: dict[str, Any] = data
        return found

    # sessions ------------------------------------------------------------------------------------

    @property
    def session_life(self) -> timedelta:
        """How long a session lives without a request."""
        return timedelta(minutes=self.setting("session_minutes"))

    def begin(self, response: Response, kind: str, **data: Any) -> None:
        """Begin a session of this kind with this response."""
        token = self.books.issue(self.name, kind, data, self.session_life)
        keep(response, self._cookies[kind], token)

    def session(self, request: Request, kind: str) -> dict[str, Any] | None:
        """The visitor's session of this kind, kept alive by this request."""
        token = request.cookies.get(self._cookies[kind])
        data = self.books.look(self.name, kind, token)
        if data is None or token is None:
            return None
        if self.strike(request, "session_expiry"):
            self.books.void(self.name, *self._sessions)
            return None
        self.books.change(self.name, kind, token, data, self.session_life)
        found: dict[str, Any] = data
        return found

    def update(self, request: Request, kind: str, data: dict[str, Any]) -> None:
        """Keep something else in the visitor's session of this kind."""
        token = request.cookies.get(self._cookies[kind], "")
        self.books.change(self.name, kind, token, data, self.session_life)

    def end(self, request: Request, response: Response, kind: str) -> None:
        """End the visitor's session of this kind."""
        cookie = self._cookies[kind]
        self.books.take(self.name, kind, request.cookies.get(cookie))
        response.delete_cookie(cookie, path="/", secure=True, httponly=True)

    def count_failure(self) -> bool:
        """One more wrong password; is the account locked now?"""
        with self.books.writing():
            failures: int = self.setting("failures") + 1
            locked: bool = failures >= self.setting("lock_after")
            self.books.put(self.name, failures=failures, locked=locked)
            if locked:
                self.books.note(self.name, "locked")
        return locked


def keep(
    response: Response, name: str, value: str, life: timedelta | None = None, path: str = "/"
) -> None:
    """Set a cookie; without a life it ends with the browser."""
    response.set_cookie(
        name,
        value,
        max_age=int(life.total_seconds()) if life else None,
        path=path,
        secure=True,
        httponly=True,
        samesite="lax",
    )
