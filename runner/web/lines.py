"""`/`: every line at a glance, those in danger first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Route

from runner.views.lines import lines_now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from runner.web.desk import Desk
    from runner.web.pages import Pages


def routes(desk: Desk, pages: Pages) -> list[BaseRoute]:
    """The page."""

    async def show(request: Request) -> Response:
        lines = await run_in_threadpool(
            lines_now, desk.workspace, desk.ledger, desk.clock(), desk.zone
        )
        return pages.draw(request, "lines.html", here="lines", lines=lines)

    return [Route("/", show)]
