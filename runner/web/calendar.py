"""The calendar's addresses: a secret one for programs that send no headers, and one behind the door."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from runner.schedule.forecast import Known
from runner.web.calendar_made import calendar_of, hour_of
from runner.web.who import Scope

if TYPE_CHECKING:
    from starlette.requests import Request

    from runner.config.workspace import Workspace
    from runner.web.desk import Desk
    from runner.web.tokens import Tokens


@dataclass(frozen=True)
class _Basis:
    """What a calendar is made from. Two that are equal make the same file."""

    readings: frozenset[str]
    turns: frozenset[object]
    open: frozenset[object]
    pauses: frozenset[str]
    workspace: Workspace
    hour: datetime

    @classmethod
    def of(cls, known: Known, workspace: Workspace, now: datetime) -> _Basis:
        """As things stand."""
        return cls(
            frozenset(one.id for one in known.readings.values()),
            frozenset(known.turns.items()),
            frozenset((one.id, one.state) for one in known.unsettled.values()),
            frozenset(one.id for one in known.paused.values()),
            workspace,
            hour_of(now),
        )


class CalendarPages:
    """Makes the file when something has changed, and at most once an hour otherwise."""

    def __init__(self, desk: Desk, tokens: Tokens) -> None:
        self._desk, self._tokens = desk, tokens
        self._lock = Lock()
        self._made: tuple[_Basis | None, bytes] = (None, b"")

    def routes(self) -> list[BaseRoute]:
        """For those whom the door knows."""
        return [Route("/calendar.ics", self.show)]

    def open_routes(self) -> list[BaseRoute]:
        """For whoever knows the address."""
        return [Route("/calendar/{token}.ics", self.show_to_holder)]

    async def show_to_holder(self, request: Request) -> Response:
        """The calendar, for who has the right address. A wrong one is like any that is not there."""
        token = await run_in_threadpool(self._tokens.check, request.path_params["token"])
        if token is None or token.scope is not Scope.CALENDAR:
            raise HTTPException(404)
        return await self.show(request)

    async def show(self, request: Request) -> Response:
        """The file, or the word that it has not changed."""
        body = await run_in_threadpool(self._file)
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"etag": tag, "cache-control": "private, no-cache"}
        if tag in [one.strip() for one in request.headers.get("if-none-match", "").split(",")]:
            return Response(status_code=304, headers=headers)
        headers |= {
            "content-type": "text/calendar; charset=utf-8",
            "content-disposition": 'inline; filename="kigen.ics"',
        }
        return Response(body, headers=headers)

    def _file(self) -> bytes:
        desk = self._desk
        with self._lock:  # of several who ask at once, one makes it
            now, workspace = desk.clock(), desk.workspace
            known = Known.of(desk.ledger)
            basis = _Basis.of(known, workspace, now)
            if self._made[0] != basis:
                accounts = [(account, site.flow) for account, site in desk.settings.accounts]
                made = calendar_of(workspace, accounts, known, basis.hour, desk.zone)
                self._made = (basis, made)
            return self._made[1]
