"""`/runs`: what was played; `/runs/ID`: one run; `/wishes/ID`: one that was asked for and has not begun."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runner.ledger.errors import NoSuchEntry
from runner.ledger.records import OUTCOMES
from runner.web.evidence import PICTURES, folder_of, names_in
from runner.web.inbox import waiting
from runner.web.lines import flow_title
from runner.web.shown import Shown
from runner.web.told import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from runner.ledger.records import Move, Run
    from runner.web.desk import Desk
    from runner.web.pages import Pages

A_PAGE = 50
"""Runs on a page."""
TONES = {
    **dict.fromkeys(("read_only", "nothing_due", "renewed"), "good"),
    **dict.fromkeys(("renewal_pending", "awaiting_payment", "busy"), "warn"),
}
"""Colours of outcomes; every other one is bad."""


def routes(desk: Desk, pages: Pages) -> list[BaseRoute]:
    """The pages."""

    def page(draw: Callable[[Desk, Pages, Request], Response]) -> Any:
        async def show(request: Request) -> Response:
            try:
                return await run_in_threadpool(draw, desk, pages, request)
            except NoSuchEntry:
                raise HTTPException(HTTPStatus.NOT_FOUND) from None

        return show

    return [
        Route("/runs", page(_runs)),
        Route("/runs/{id}", page(_run)),
        Route("/wishes/{id}", page(_wish)),
    ]


def _runs(desk: Desk, pages: Pages, request: Request) -> Response:
    query = request.query_params
    account, outcome = query.get("account", ""), query.get("outcome", "")
    runs = desk.ledger.runs.list(
        account or None,
        outcome=outcome if outcome in OUTCOMES else None,
        before=query.get("before") or None,
        limit=A_PAGE + 1,
    )
    filters = {"account": account, "outcome": outcome}
    older = {**filters, "before": runs[A_PAGE - 1].id} if len(runs) > A_PAGE else None
    return pages.draw(
        request,
        "runs.html",
        here="runs",
        say=_shown(desk, pages, request),
        runs=runs[:A_PAGE],
        tones=TONES,
        playing={run.id for run in runs if _goes_on(desk, run)},
        accounts=desk.workspace.accounts,
        outcomes=OUTCOMES,
        account=account,
        outcome=outcome,
        first="before" not in query,
        newest=_query(filters),
        older=_query(older) if older else None,
    )


def _run(desk: Desk, pages: Pages, request: Request) -> Response:
    ledger, run = desk.ledger, desk.ledger.runs.get(request.path_params["id"])
    folder = folder_of(desk.home, run)
    files = names_in(folder)
    renewals = ledger.renewals.of_run(run.id)
    moves: dict[str, list[Move]] = {one.id: ledger.renewals.moves(one.id) for one in renewals}
    account = desk.workspace.accounts.get(run.account)
    waits, playing = waiting(desk), _goes_on(desk, run)
    last = _is_last(desk, run)
    asked = any(one.id in moves or (last and one.account == run.account) for one in waits.renewals)
    return pages.draw(
        request,
        "run.html",
        here="runs",
        say=_shown(desk, pages, request),
        run=run,
        tone=TONES.get(run.outcome or "", "bad"),
        provider=flow_title(desk.workspace, run.flow),
        account=account,
        playing=playing,
        asked=asked or (playing and waits.stops(run.account)),
        told=Told.of(folder, files),
        readings=ledger.readings.of_run(run.id),
        renewals=renewals,
        moves=moves,
        titles={one.name: one.title or one.name for one in account.lines} if account else {},
        pictures=[name for name in files if Path(name).suffix in PICTURES],
        files=[name for name in files if Path(name).suffix not in PICTURES],
    )


def _wish(desk: Desk, pages: Pages, request: Request) -> Response:
    wish = desk.ledger.wishes.get(request.path_params["id"])
    if wish.run_id is not None:
        path = f"{pages.prefix}/runs/{wish.run_id}"
        if request.headers.get("hx-request"):
            return Response(headers={"hx-redirect": path})
        return RedirectResponse(path, HTTPStatus.SEE_OTHER)
    return pages.draw(
        request,
        "wish.html",
        here="runs",
        say=_shown(desk, pages, request),
        wish=wish,
        over=wish.until <= desk.clock(),
        held=wish.account in desk.ledger.leases.held(),
        playing=desk.runs.playing,
        parallel=desk.runs.parallel,
    )


def _shown(desk: Desk, pages: Pages, request: Request) -> Shown:
    return Shown(pages.language(request), desk.zone, desk.clock())


def _playing(desk: Desk) -> frozenset[str]:
    return desk.ledger.leases.held() | frozenset(desk.runs.playing)


def _goes_on(desk: Desk, run: Run) -> bool:
    """Whether it is being played: of an account's runs without an end, the last one may be."""
    return run.ended_at is None and run.account in _playing(desk) and _is_last(desk, run)


def _is_last(desk: Desk, run: Run) -> bool:
    last = desk.ledger.runs.last(run.account)
    return last is not None and last.id == run.id


def _query(parts: Mapping[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in parts.items() if value})
