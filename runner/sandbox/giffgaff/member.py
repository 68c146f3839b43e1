"""The member's pages: a dashboard that is drawn from the API on another host, and past orders."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.giffgaff import line
from runner.sandbox.giffgaff.desk import WWW, Desk
from runner.sandbox.giffgaff.line import BRITAIN, NAME, NUMBER

CORS = {
    "access-control-allow-origin": WWW,
    "access-control-allow-headers": "authorization, content-type",
    "access-control-allow-methods": "POST",
    "cache-control": "no-store",
}
A_PAGE = 4
"""Orders that are shown before `Show more`."""


class Member:
    """The pages that only show."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Of www.giffgaff.com."""
        return [
            Route("/", self.top),
            Route("/dashboard", self.dashboard),
            Route("/orders", self.orders),
        ]

    def api(self) -> list[Route]:
        """Of publicapi.giffgaff.com."""
        return [
            Route("/gateway/graphql", self.graphql, methods=["POST"]),
            Route("/gateway/graphql", self.preflight, methods=["OPTIONS"]),
        ]

    async def top(self, _: Request) -> Response:
        """The public page leads on."""
        return RedirectResponse(f"{WWW}/dashboard", 302)

    async def dashboard(self, request: Request) -> Response:
        """An empty frame with the token that its script needs."""
        self.desk.signed_in(request)
        return self.desk.page(request, "dashboard.html", bearer=self.desk.token("api"))

    async def preflight(self, _: Request) -> Response:
        """What a browser asks before it calls another host."""
        return Response(status_code=204, headers=CORS)

    async def graphql(self, request: Request) -> Response:
        """What the dashboard's script draws."""
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.books.look(NAME, "api", bearer) is None:
            return JSONResponse({"errors": [{"message": "Unauthorized"}]}, 401, headers=CORS)
        bag = line.goodybag(self.books)
        off = line.switched_off(self.books) and not self.desk.setting("in_use")
        member: dict[str, Any] = {
            "sim": {"phoneNumber": NUMBER, "status": "DEACTIVATED" if off else "ACTIVE"},
            "credit": {"pence": int(Decimal(self.desk.setting("credit")) * 100)},
            "goodybag": bag and {**bag, "until": line.long_day(date.fromisoformat(bag["until"]))},
            "autoTopUp": self.desk.setting("auto_topup"),
        }
        return JSONResponse({"data": {"member": member}}, headers=CORS)

    async def orders(self, request: Request) -> Response:
        """Past orders, the newest first, also those that failed."""
        self.desk.signed_in(request)
        found = sorted(line.orders(self.books), key=lambda one: str(one["at"]), reverse=True)
        rows = [
            {**one, "at": datetime.fromisoformat(one["at"]).astimezone(BRITAIN)} for one in found
        ]
        return self.desk.page(request, "orders.html", rows=rows, shown=A_PAGE)
