"""My docomo: usage and charges, the contract, the menu."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.docomo import line
from runner.sandbox.docomo.desk import SIGN_OUT, TOP, Desk
from runner.sandbox.docomo.line import NAME
from runner.sandbox.japan import JAPAN, gb, in_japan

BANNERS = {"campaign": "banner_campaign.html", "survey": "banner_survey.html"}


class MyDocomo:
    """The pages under /mydocomo/ that only show."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/mydocomo/", self.top),
            Route("/mydocomo/auth/callback", self.arrive),
            Route("/mydocomo/logout", self.leave),
            Route("/mydocomo/api/usage", self.usage),
            Route("/mydocomo/contract/", self.contract),
            Route("/mydocomo/application/", self.application),
        ]

    async def top(self, request: Request) -> Response:
        """データ・料金 for those who are signed in; for others a page that says so."""
        if self.desk.session(request, "mydocomo") is None:
            return self.desk.page(request, "public.html")
        return self.shown(request, "usage.html")

    async def arrive(self, request: Request) -> Response:
        """Back from the sign-in, with a ticket."""
        found = self.desk.books.take(NAME, "pass", request.query_params.get("code"))
        if found is None:
            raise self.desk.broken(request)
        response = RedirectResponse(found["back"], 302)
        self.desk.begin(response, "mydocomo")
        return response

    async def leave(self, request: Request) -> Response:
        """Sign out here, then at the sign-in host."""
        response = RedirectResponse(SIGN_OUT, 302)
        self.desk.end(request, response, "mydocomo")
        return response

    async def usage(self, request: Request) -> Response:
        """What the usage page's script shows. The site behind it takes its time."""
        headers = {"cache-control": "no-store"}
        if self.desk.session(request, "mydocomo") is None:
            return JSONResponse({"resultCode": "E401"}, 401, headers=headers)
        await asyncio.sleep(random.uniform(0.1, 0.4))  # noqa: S311 - a delay, not a secret
        now = line.load(self.desk.books)
        local = now.now.astimezone(JAPAN)
        body = {
            "resultCode": "0000",
            "updated": local.strftime("%Y/%m/%d %H:%M"),
            "daily": [gb(now.used * part / 100) for part in (3, 7, 2)],
            "month": {
                "used": gb(now.used),
                "available": gb(now.used + now.left),
                "left": gb(now.left),
                "limitDate": now.expires_on.strftime("%Y%m%d"),
            },
            "bill": {"month": local.month, "amount": self.bill()},
        }
        return JSONResponse(body, headers=headers)

    def bill(self) -> int:
        """This month's charges in yen, with this month's orders."""
        month = self.desk.books.now(NAME).astimezone(JAPAN).strftime("%Y-%m")
        total = int(self.desk.setting("bill"))
        for row in self.desk.books.rows("SELECT * FROM charges WHERE portal = ?", NAME):
            if in_japan(row["at"]).strftime("%Y-%m") == month:
                total += int(row["amount"])
        return total

    async def contract(self, request: Request) -> Response:
        """ご契約内容"""
        self.desk.signed_in(request)
        return self.shown(
            request,
            "contract.html",
            plan=self.desk.setting("plan"),
            line=line.load(self.desk.books),
        )

    async def application(self, request: Request) -> Response:
        """お手続き: the menu"""
        self.desk.signed_in(request)
        return self.shown(request, "application.html")

    def shown(self, request: Request, template: str, **values: Any) -> Response:
        """A signed-in page, and now and then something that lies over it."""
        struck = self.desk.strike(request, "banner")
        banner = BANNERS[struck["kind"]] if struck else ""
        return self.desk.page(request, template, banner=banner, top=TOP, **values)
