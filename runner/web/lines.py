"""`/`: every line at a glance, those in danger first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Route

from runner.views.costs import costs_of
from runner.views.danger import Danger, danger_of
from runner.views.lines import LineNow, lines_now
from runner.views.need import needs_owner, summary_of
from runner.web.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from runner.config.workspace import Workspace
    from runner.web.desk import Desk
    from runner.web.pages import Pages

A_PAGE = 100
"""Lines on a page."""
EVERY = 45
"""Seconds after which the list is fetched anew."""
FULL = 30
"""Days left that fill the bar."""
NEEDS_YOU = "needs you"
"""Asks for the lines with which nothing goes on, whatever their danger."""


@dataclass(frozen=True)
class Wanted:
    """Which lines to show. Empty: all."""

    account: str = ""
    flow: str = ""
    danger: str = ""
    text: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """What an address asks for; what it can't mean is left out."""
        page = query.get("page", "")
        return cls(
            query.get("account", ""),
            query.get("provider", ""),
            query.get("danger", ""),
            query.get("q", "").strip(),
            max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
        )

    def fits(self, line: LineNow) -> bool:
        """Whether a line is one of them."""
        account = line.account
        named = (account.name, account.flow, line.line.name, line.line.title or "")
        return (
            self.account in ("", account.name)
            and self.flow in ("", account.flow)
            and (self.danger in ("", line.danger.word) or self._needs(line))
            and (not self.text or any(self.text.casefold() in name.casefold() for name in named))
        )

    def _needs(self, line: LineNow) -> bool:
        return self.danger == NEEDS_YOU and needs_owner(line)

    def query(self, page: int = 1) -> str:
        """The address that asks for these lines, on this page."""
        parts = {
            "account": self.account, "provider": self.flow, "danger": self.danger, "q": self.text,
            "page": str(page) if page > 1 else "",
        }  # fmt: skip
        return "?" + urlencode({name: value for name, value in parts.items() if value})


def routes(desk: Desk, pages: Pages) -> list[BaseRoute]:
    """The page."""

    def draw(request: Request) -> Response:
        now, zone, workspace = desk.clock(), desk.zone, desk.workspace
        everyone = lines_now(workspace, desk.ledger, now, zone)
        wanted = Wanted.of(request.query_params)
        fitting = [one for one in everyone if wanted.fits(one)]
        last = max(1, -(-len(fitting) // A_PAGE))
        page = min(wanted.page, last)
        lines = fitting[(page - 1) * A_PAGE : page * A_PAGE]
        accounts = {one.account.name: None for one in lines}
        return pages.draw(
            request,
            "lines_list.html" if "hx-request" in request.headers else "lines.html",
            here="lines",
            say=Shown(pages.language(request), zone, now),
            now=now,
            every=EVERY,
            full=FULL,
            colour=colour,
            address=address,
            summary=summary_of(everyone),
            lines=lines,
            costs=costs_of(accounts, everyone, workspace, desk.ledger, now, zone),
            playing=frozenset(desk.runs.playing),
            wanted=wanted,
            fitting=len(fitting),
            page=page,
            last=last,
            accounts=list(workspace.accounts),
            titles=titles(workspace, everyone),
            dangers=[NEEDS_YOU, *(danger.word for danger in Danger)],
            folder=workspace.folder,
        )

    async def show(request: Request) -> Response:
        return await run_in_threadpool(draw, request)

    return [Route("/", show)]


def colour(days: int) -> str:
    """The style of a bar of so many days left, whatever else is the matter with the line."""
    return danger_of(read=True, days_left=days, outcome=None).style


def address(account: str, line: str) -> str:
    """The path of a line's page."""
    return f"/lines/{quote(account, safe='')}/{quote(line, safe='')}"


def titles(workspace: Workspace, lines: Iterable[LineNow]) -> dict[str, str]:
    """What the providers of these lines are called, by their flows."""
    return {
        name: flow_title(workspace, name) for name in sorted({one.account.flow for one in lines})
    }


def flow_title(workspace: Workspace, flow: str) -> str:
    """What a flow calls its provider; its own name where it can't be read."""
    from runner.flow.library import NoSuchFlow
    from runner.flow.mistakes import Mistakes

    try:
        return workspace.library.load(flow).flow.title
    except (Mistakes, NoSuchFlow):
        return flow
