"""My eSIMs, what is sold for one, and past orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.airalo import line
from runner.sandbox.airalo.desk import Desk, refusal, told
from runner.sandbox.airalo.line import JAPAN, PACKAGES, TURKEY, Esim


class Shop:
    """The pages that show, and what their scripts fetch."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/", self.start),
            Route("/my-esims", self.esims),
            Route("/my-esims/{iccid}", self.esim),
            Route("/my-esims/{iccid}/topup", self.topups),
            Route("/orders", self.orders),
            Route("/api/v2/me", self.me),
            Route("/api/v2/sims", self.sims),
            Route("/api/v2/sims/{iccid}", self.sim),
            Route("/api/v2/sims/{iccid}/topups", self.packages),
            Route("/api/v2/orders", self.past),
        ]

    async def start(self, request: Request) -> Response:
        """The shop's window, which is not practised here, leads to My eSIMs."""
        return RedirectResponse("/my-esims", 302)

    async def esims(self, request: Request) -> Response:
        """My eSIMs."""
        return self.desk.bare(request, "esims.html")

    async def esim(self, request: Request) -> Response:
        """One eSIM."""
        return self.desk.bare(request, "esim.html", iccid=request.path_params["iccid"])

    async def topups(self, request: Request) -> Response:
        """What is sold for it."""
        return self.desk.bare(request, "topups.html", iccid=request.path_params["iccid"])

    async def orders(self, request: Request) -> Response:
        """Past orders."""
        return self.desk.bare(request, "orders.html")

    async def me(self, request: Request) -> Response:
        """Who is signed in."""
        self.desk.signed_in(request)
        return told({"airmoney": line.written(Decimal(self.desk.setting("airmoney")), "USD")})

    async def sims(self, request: Request) -> Response:
        """All eSIMs."""
        self.desk.signed_in(request)
        return told([self.shown(self.of(iccid)) for iccid in PACKAGES])

    async def sim(self, request: Request) -> Response:
        """One eSIM."""
        self.desk.signed_in(request)
        return told(self.shown(self.of(request.path_params["iccid"])))

    async def packages(self, request: Request) -> Response:
        """Its top-ups, by their kind. All of them are unavailable while the fault `sold_out` strikes."""
        self.desk.signed_in(request)
        sim = self.of(request.path_params["iccid"])
        if self.shown(sim)["topup"] not in ("on", "refused"):
            raise refusal(422, "The requested top-up has been disabled by the operator.", 23)
        gone = self.desk.strike(request, "sold_out") is not None
        unavailable, code = self.desk.setting("unavailable"), line.currency(self.books)
        return told(
            [
                {
                    "package_id": one.code,
                    "kind": one.kind,
                    "title": one.title,
                    "price": line.written(line.price(self.books, one), code),
                    "available": not gone and one.code != unavailable,
                }
                for one in PACKAGES[sim.iccid]
            ]
        )

    async def past(self, request: Request) -> Response:
        """Past orders, the newest first."""
        self.desk.signed_in(request)
        return told(sorted(self.desk.setting("orders"), key=lambda one: one["at"], reverse=True))

    def of(self, iccid: str) -> Esim:
        """An eSIM of this account. Raises Answer (404)."""
        sim = line.load(self.books, iccid)
        if sim is None:
            raise refusal(404, "The requested eSIM does not exist.")
        if iccid == JAPAN and self.desk.setting("recycled"):
            raise refusal(422, f"The eSIM with iccid {iccid} has been recycled.", 73)
        return sim

    def shown(self, sim: Esim) -> dict[str, Any]:
        """An eSIM as its page's script gets it."""
        unused = sim.iccid == JAPAN and self.desk.setting("unused")
        greyed = unused or sim.iccid == TURKEY
        return {
            "iccid": sim.iccid,
            "country": sim.country,
            "operator": sim.operator,
            "status": "NOT_ACTIVE" if unused else line.state(self.books, sim),
            "remaining": sim.left,
            "total": sim.total,
            "is_unlimited": sim.total == 0,
            "expired_at": None if unused else sim.until,
            "topup": "greyed" if greyed else self.desk.setting("topups"),
        }
