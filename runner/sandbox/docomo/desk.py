"""What all pages of the portal share: the books, sessions, one-way tokens, templates, faults."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from runner.sandbox import faults
from runner.sandbox.books import Books
from runner.sandbox.docomo.layout import rearranged
from runner.sandbox.docomo.line import JAPAN, NAME
from runner.sandbox.docomo.portal import SESSIONS, TEMPLATES
from runner.sandbox.docomo.shelf import money

if TYPE_CHECKING:
    from runner.sandbox.docomo.portal import Docomo

SIGN_IN = "https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin"
SIGN_OUT = "https://cfg.smt.docomo.ne.jp/auth/cgi/logout"
TOP = "https://www.docomo.ne.jp/mydocomo/"
FORM_LIFE = timedelta(hours=1)


class Answer(Exception):
    """Ends the handling of a request with this response."""

    def __init__(self, response: Response) -> None:
        self.response = response


class Desk:
    """Where every page of the portal is handled."""

    def __init__(self, books: Books, portal: Docomo) -> None:
        self.books = books
        self.portal = portal
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape()
        )
        self._templates.filters.update(money=money, gb=gb, day=day, minute=minute, picture=picture)

    def setting(self, key: str) -> Any:
        """A fact of the account."""
        return self.books.get(NAME, key)

    def strike(self, request: Request, name: str) -> dict[str, Any] | None:
        """Does this fault strike this request?"""
        host = request.headers.get("host", "").partition(":")[0]
        return faults.strike(self.books, name, NAME, host, request.url.path, request.method)

    def page(
        self, request: Request, template: str, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page, from its template."""
        html = self._templates.get_template(template).render(
            now=self.books.now(NAME), number=self.portal.secrets(self.books)["line"], **values
        )
        if self.strike(request, "changed_layout"):
            html = rearranged(html)
        return HTMLResponse(html, status, headers={"cache-control": "no-store"})

    def broken(self, request: Request) -> Answer:
        """The general error page, for a token that is missing or was used."""
        return Answer(self.page(request, "error.html", 200))

    # one-way tokens ------------------------------------------------------------------------------

    def token(self, kind: str, **data: Any) -> str:
        """A token for one form of one page."""
        return self.books.issue(NAME, kind, data, FORM_LIFE)

    def take(self, request: Request, kind: str, token: Any) -> dict[str, Any]:
        """What the token of a form stands for; it is used up."""
        data = self.books.take(NAME, kind, str(token or ""))
        if data is None:
            raise self.broken(request)
        found: dict[str, Any] = data
        return found

    # sessions ------------------------------------------------------------------------------------

    @property
    def session_life(self) -> timedelta:
        """How long a session lives without a request."""
        return timedelta(minutes=self.setting("session_minutes"))

    def session(self, request: Request, kind: str) -> dict[str, Any] | None:
        """The visitor's session of this kind, kept alive by this request."""
        token = request.cookies.get(COOKIES[kind])
        data = self.books.look(NAME, kind, token)
        if data is None or token is None:
            return None
        if self.strike(request, "session_expiry"):
            self.books.void(NAME, *SESSIONS)
            return None
        self.books.change(NAME, kind, token, data, self.session_life)
        found: dict[str, Any] = data
        return found

    def signed_in(self, request: Request) -> None:
        """Only for visitors who are signed in; others are sent to the sign-in, and back."""
        if self.session(request, "mydocomo") is not None:
            return
        if request.method == "POST":
            raise Answer(self.page(request, "expired.html"))
        raise Answer(to_sign_in(f"https://www.docomo.ne.jp{request.url.path}"))


COOKIES = {"sso": "dcm_auth", "mydocomo": "MYDCMSID"}


def to_sign_in(back: str) -> RedirectResponse:
    """To the sign-in, which leads back to this address."""
    from urllib.parse import quote

    return RedirectResponse(f"{SIGN_IN}?rl={quote(back, safe='')}", 302)


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


def gb(amount: Decimal) -> str:
    """4.79, in GB"""
    return f"{amount:.2f}"


def day(moment: date | datetime) -> str:
    """2026年11月20日, in Japan"""
    if isinstance(moment, datetime):
        moment = moment.astimezone(JAPAN).date()
    return f"{moment.year}年{moment.month}月{moment.day}日"


def minute(moment: datetime) -> str:
    """2026年11月20日 9:05, in Japan"""
    local = moment.astimezone(JAPAN)
    return f"{day(local)} {local.hour}:{local.minute:02d}"


def picture(words: object) -> str:
    """Words drawn as a picture, for pages that don't want them read."""
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="24">'
        f'<text x="0" y="18" font-size="16">{words}</text></svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(drawing.encode()).decode()
