"""`/lines/ACCOUNT/LINE`: one line, its curves, its renewals, and what is planned for it."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route

from runner.views.policy import policy_in_words, schedule_in_words
from runner.views.story import left_by, story_of
from runner.web.charts import FRAME
from runner.web.curves import curves_of
from runner.web.inbox import waiting
from runner.web.lines import FULL, address, colour
from runner.web.shown import Shown

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from runner.web.desk import Desk
    from runner.web.pages import Pages

PERIODS = (30, 90, 365)
"""Days that the curves may show."""
_ROWS = 400
"""Readings in the table at most, the newest."""


def routes(desk: Desk, pages: Pages) -> list[BaseRoute]:
    """The page."""

    def draw(request: Request) -> Response:
        now, zone, workspace = desk.clock(), desk.zone, desk.workspace
        days = _period(request.query_params.get("days", ""))
        since = now - timedelta(days=days)
        name, line = request.path_params["account"], request.path_params["line"]
        story = story_of(workspace, desk.ledger, name, line, now, since, zone)
        if story is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        one, language = story.now, pages.language(request)
        say = Shown(language, zone, now)
        caps, waits = workspace.config.caps, waiting(desk)
        asked = any((one.account, one.line) == (name, line) for one in waits.renewals)
        return pages.draw(
            request,
            "line.html",
            here="lines",
            say=say,
            now=now,
            full=FULL,
            colour=colour,
            one=one,
            story=story,
            path=address(name, line),
            playing=name in desk.runs.playing,
            asked=asked or waits.stops(name),
            policy=policy_in_words(one.account, one.line, story.flow, caps, language),
            schedule=schedule_in_words(one.account.schedule, language),
            days=days,
            periods=PERIODS,
            curves=curves_of(story, since, now, zone, say),
            rows=[(reading, left_by(reading, zone)) for reading in story.readings[: -_ROWS - 1 : -1]],
            frame=FRAME,
        )  # fmt: skip

    async def show(request: Request) -> Response:
        return await run_in_threadpool(draw, request)

    return [Route("/lines/{account}/{line:path}", show)]


def _period(text: str) -> int:
    return next((days for days in PERIODS if str(days) == text), PERIODS[1])
