"""My page: the notice, the list of lines, the packets, the bill."""

from __future__ import annotations

from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runner.sandbox.mineo import line
from runner.sandbox.mineo.desk import Desk
from runner.sandbox.mineo.line import AT_ONCE, NAME, UNIT

VOLUMES = tuple(range(UNIT, AT_ONCE + 1, UNIT))


class MyPage:
    """The pages of my.mineo.jp that only show."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.books = desk, desk.books

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/", self.top),
            Route("/mvno_cp/SSO010101_Enter.action", self.enter),
            Route("/mvno_cp/NTC010101_Close.action", self.close, methods=["POST"]),
            Route("/mvno_cp/LIN010101_Init.action", self.change),
            Route("/mvno_cp/LIN010101_Next.action", self.choose, methods=["POST"]),
            Route("/mvno_cp/TOP010101_Usage.action", self.usage),
            Route("/mvno_cp/BIL010101_Init.action", self.bill),
            Route("/logout", self.leave),
        ]

    async def enter(self, request: Request) -> Response:
        """Back from the sign-in."""
        self.desk.take(request, "pass", request.query_params.get("ticket"))
        response = RedirectResponse("/", 302)
        self.desk.begin(response, "mineo", notice=self.desk.setting("notice"))
        return response

    async def top(self, request: Request) -> Response:
        """What a visitor sees first: a notice, the list of lines, or the line with its charge box."""
        if self.desk.signed_in(request).get("notice"):
            return self.desk.page(request, "notice.html")
        number = self.desk.chosen(request)
        several = len(self.desk.setting("numbers")) > 1
        return self.desk.page(
            request, "top.html", number=number, several=several, volumes=VOLUMES,
            plan=line.load(self.books, number).plan, token=self.desk.token("charge", number=number),
            closed=self.desk.strike(request, "sold_out"),
        )  # fmt: skip

    async def close(self, request: Request) -> Response:
        """閉じる: the notice was read."""
        session = self.desk.signed_in(request)
        self.desk.update(request, "mineo", {**session, "notice": False})
        return RedirectResponse("/", 303)

    async def change(self, request: Request) -> Response:
        """The list of lines once more."""
        self.desk.signed_in(request)
        return self.desk.lines(request)

    async def choose(self, request: Request) -> Response:
        """This line from now on."""
        session, form = self.desk.signed_in(request), await request.form()
        number = str(form.get("phoneNo", ""))
        if number not in self.desk.setting("numbers"):
            return self.desk.lines(request, "ご契約を選択してください。")
        self.desk.update(request, "mineo", {**session, "number": number})
        return RedirectResponse("/", 303)

    async def usage(self, request: Request) -> Response:
        """What the script draws."""
        one = line.load(self.books, self.desk.chosen(request))
        until = max((part["until"] for part in one.charged), default="")
        rows = [
            ["当月分", f"{one.month:,}MB", ""],
            ["前月繰越分", f"{one.carried:,}MB", ""],
            ["パケットチャージ", f"{one.extra:,}MB", f"{until.replace('-', '/')} 23:59:59"],
        ]
        shown = rows if one.charged else rows[:2]
        found = {"remaining": f"{one.left:,}MB", "rows": shown}
        return JSONResponse(found, headers={"cache-control": "no-store"})

    async def bill(self, request: Request) -> Response:
        """ご利用料金, of last month."""
        number = self.desk.chosen(request)
        first = line.today(self.books).replace(day=1)
        month: date = first - timedelta(days=1)
        yen = line.load(self.books, number).bill
        return self.desk.page(request, "bill.html", number=number, month=month, yen=yen)

    async def leave(self, request: Request) -> Response:
        """Sign out everywhere."""
        self.books.void(NAME, "eo", "mineo", "step")
        return self.desk.page(request, "left.html")
