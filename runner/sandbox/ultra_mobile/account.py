"""The account: the plan inside a component of its own, the plan's settings, past payments."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.ultra_mobile import line
from runner.sandbox.ultra_mobile.desk import WWW, Desk
from runner.sandbox.ultra_mobile.line import PACIFIC


class Account:
    """The pages that only show."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/", self.top),
            Route("/account", self.account),
            Route("/account/usage.json", self.usage),
            Route("/account/plan", self.plan),
            Route("/account/payments", self.payments),
        ]

    async def top(self, _: Request) -> Response:
        """The public page leads on."""
        return RedirectResponse(f"{WWW}/account", 302)

    async def elsewhere(self, request: Request) -> Response:
        """The bare host: the same address at the one with www."""
        return RedirectResponse(f"{WWW}{request.url.path}", 301)

    async def account(self, request: Request) -> Response:
        """The line; its figures come a moment later."""
        self.desk.signed_in(request)
        until = line.until(self.books)
        return self.desk.page(
            request, "account.html", plan=line.plan(self.books), until=until,
            ended=until < line.now(self.books).date(), lost=line.lost(self.books),
            auto_renew=self.desk.setting("auto_renew"), wallet=self.desk.setting("wallet"),
        )  # fmt: skip

    async def usage(self, request: Request) -> Response:
        """What the component draws."""
        self.desk.signed_in(request)
        plan, used = line.plan(self.books), self.desk.setting("used")
        left = Decimal(plan.mb) - Decimal(used["mb"])
        talk = "Unlimited" if plan.minutes is None else str(plan.minutes - used["minutes"])
        found = {"talk": talk, "data": f"{left:.1f} MB", "of": f"{plan.mb} MB"}
        return JSONResponse(found, headers={"cache-control": "no-store"})

    async def plan(self, request: Request) -> Response:
        """Manage plan: what the next term will be. PayGo stays PayGo."""
        self.desk.signed_in(request)
        return self.desk.page(request, "plan.html", plan=line.plan(self.books))

    async def payments(self, request: Request) -> Response:
        """Payments and what the wallet was used for, the newest first."""
        self.desk.signed_in(request)
        found = [
            {**one, "at": datetime.fromisoformat(one["at"]).astimezone(PACIFIC)}
            for one in reversed(line.payments(self.books))
        ]
        return self.desk.page(request, "payments.html", rows=found)
