"""`/settings`: what config.yaml and the flows say, and what is wrong with them. Nothing is edited here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Route

from runner.config.dashboard import Dashboard
from runner.views.policy import policy_in_words, schedule_in_words
from runner.views.setup import SetUp, accounts_set_up, caps_of, flows_in_use
from runner.web.lines import address
from runner.web.shown import Shown

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from runner.config.model import Line
    from runner.web.desk import Desk
    from runner.web.pages import Pages

A_PAGE = 50
"""Accounts on a page."""


def routes(desk: Desk, pages: Pages) -> list[BaseRoute]:
    """The page."""

    def draw(request: Request) -> Response:
        desk.settings.refresh()  # whoever has just saved a file sees what became of it
        workspace, zone, language = desk.workspace, desk.zone, pages.language(request)
        config = workspace.config
        accounts = accounts_set_up(workspace)
        last = max(1, -(-len(accounts) // A_PAGE))
        asked = request.query_params.get("page", "")
        page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
        page = min(max(page, 1), last)

        def policy(one: SetUp, line: Line) -> str:
            flow = one.site.flow if one.site is not None else None
            return policy_in_words(one.account, line, flow, config.caps, language)

        def schedule(one: SetUp) -> str:
            return schedule_in_words(one.account.schedule, language)

        served = config.dashboard
        return pages.draw(
            request,
            "settings.html",
            here="settings",
            say=Shown(language, zone, desk.clock()),
            trouble=desk.settings.trouble,
            taken=desk.settings.taken,
            folder=workspace.folder,
            home=desk.home.folder,
            zone=zone,
            config=config,
            served=Dashboard() if served is True else served,
            caps=list(caps_of(config.caps)),
            accounts=accounts[(page - 1) * A_PAGE : page * A_PAGE],
            page=page,
            last=last,
            policy=policy,
            schedule=schedule,
            address=address,
            flows=flows_in_use(workspace, desk.ledger, zone),
        )

    async def show(request: Request) -> Response:
        return await run_in_threadpool(draw, request)

    return [Route("/settings", show)]
