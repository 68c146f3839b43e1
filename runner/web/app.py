"""The web application: routes of whoever has some, with the same safety around all of them."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from loguru import logger
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from runner.ledger.errors import LedgerError
from runner.web.api_problems import Problem, kind_of
from runner.web.door import for_programs
from runner.web.headers import SecurityHeaders
from runner.web.hosts import Hosts
from runner.web.pages import Pages

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

_STATIC = Path(__file__).parent / "static"


def create_app(
    routes: Sequence[BaseRoute], pages: Pages, middleware: Sequence[Middleware] = ()
) -> ASGIApp:
    """The application with these routes. It answers under the host of `pages.base` and
    under this machine's own, so that no other site can lead its visitors' browsers here."""

    async def refused(request: Request, error: Exception) -> Response:
        status, key = HTTPStatus.INTERNAL_SERVER_ERROR.value, "failed"
        if isinstance(error, HTTPException):
            status, key = error.status_code, "refused"
        elif isinstance(error, LedgerError):
            status, key = HTTPStatus.SERVICE_UNAVAILABLE.value, "no_ledger"
            logger.error("a page could not be served: {}", error)
        else:
            logger.opt(exception=error).error("a page could not be served")
        if for_programs(request):
            kind = kind_of(status)
            return Problem(kind, kind.title.lower()).answer(getattr(error, "headers", None))
        key = "not_found" if status == HTTPStatus.NOT_FOUND else key
        return pages.message(request, key, status=status)

    host = urlsplit(pages.base).hostname or "127.0.0.1"
    app = Starlette(
        routes=[Mount("/static", StaticFiles(directory=_STATIC)), *routes],
        middleware=[Middleware(Hosts, names=[host]), *middleware],
        exception_handlers={HTTPException: refused, LedgerError: refused, Exception: refused},
    )
    return SecurityHeaders(app, pages.base)  # outside of all, so that errors have them too
