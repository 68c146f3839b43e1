"""`/access`: which browsers are signed in, and which programs have a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Route

from runner.web.shown import Shown

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from runner.web.desk import Desk
    from runner.web.door import Door
    from runner.web.pages import Pages


def routes(desk: Desk, pages: Pages, door: Door) -> list[BaseRoute]:
    """The page."""

    def draw(request: Request) -> Response:
        return pages.draw(
            request,
            "access.html",
            here="settings",
            say=Shown(pages.language(request), desk.zone, desk.clock()),
            sessions=door.sessions.all(door.password.fingerprint()),
            own=request.state.who.bound,
            tokens=door.tokens.all(),
            by_password=door.password.is_set,
            proxy=door.proxy,
        )

    async def show(request: Request) -> Response:
        return await run_in_threadpool(draw, request)

    return [Route("/access", show)]
