"""The members' pages that only show: the top, coupons, usage by the day, the bill."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runner.sandbox.books import Books
from runner.sandbox.iijmio import line
from runner.sandbox.iijmio.desk import HOME, Desk
from runner.sandbox.iijmio.line import Line
from runner.sandbox.iijmio.orders import Orders
from runner.sandbox.iijmio.portal import Iijmio
from runner.sandbox.portal import App
from runner.sandbox.site import site_of

HDD = "/service/setup/hdd"
USED = ((31, 0), (118, 0), (64, 12), (207, 0))
"""MB of the last days, today first: at full speed, and slowed down."""


class Pages:
    """What is read."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/auth/login/", self.login),
            Route("/j_security_check", self.desk.check, methods=["POST"]),
            Route("/auth/logout.jsp", self.desk.leave),
            Route(HOME, self.home),
            Route(f"{HDD}/couponstatus/", self.coupons),
            Route(f"{HDD}/viewdata/", self.usage, methods=["GET", "POST"]),
            Route("/service/bill/", self.bill),
            Route("/service/bill/data", self.bills),
        ]

    def lines(self) -> list[Line]:
        """The account's lines."""
        return [line.load(self.books, number) for number in self.desk.setting("numbers")]

    async def login(self, request: Request) -> Response:
        """The sign-in, asked for by itself."""
        return self.desk.sign_in(request, HOME)

    async def home(self, request: Request) -> Response:
        """会員専用ページ."""
        self.desk.signed_in(request)
        return self.desk.page(request, "home.html", lines=self.lines())

    async def coupons(self, request: Request) -> Response:
        """クーポン残量, of all lines one below the other."""
        self.desk.signed_in(request)
        today = line.today(self.books)
        ends = line.month_end(today), line.month_end(today, 1)
        return self.desk.page(request, "coupons.html", lines=self.lines(), ends=ends)

    async def usage(self, request: Request) -> Response:
        """データ利用量: first the list of lines, then the days of one."""
        self.desk.signed_in(request)
        form = await request.form()
        chosen = next((one for one in self.lines() if one.code == form.get("hdoCode")), None)
        if chosen is None:
            return self.desk.page(request, "usage_lines.html", lines=self.lines())
        today = line.today(self.books)
        days = [(today - timedelta(days=ago), fast, slow) for ago, (fast, slow) in enumerate(USED)]
        return self.desk.page(request, "usage.html", line=chosen, days=days)

    async def bill(self, request: Request) -> Response:
        """The frame of the bills; what stands in it comes by script."""
        self.desk.signed_in(request)
        return self.desk.page(request, "bill.html")

    async def bills(self, request: Request) -> Response:
        """What the script shows: last month's bill of each line."""
        self.desk.signed_in(request)
        month = line.today(self.books).replace(day=1) - timedelta(days=1)
        rows = [
            [one.number, f"{month.year}年{month.month}月分", f"￥{one.bill:,}"]
            for one in self.lines()
        ]
        return JSONResponse({"rows": rows}, headers={"cache-control": "no-store"})


def build(books: Books, portal: Iijmio) -> App:
    """The site as an application."""
    desk = Desk(books, portal)
    return site_of(desk, {"www.iijmio.jp": [*Pages(desk).routes(), *Orders(desk).routes()]})
