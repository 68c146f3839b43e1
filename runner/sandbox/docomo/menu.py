"""dアカウントメニュー at id.smt.docomo.ne.jp: unlocking a locked account."""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runner.sandbox.docomo.desk import Desk
from runner.sandbox.docomo.line import NAME

WRONG = "入力内容に誤りがあります。"


class Menu:
    """The page at /cgi7/id/menu."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/cgi7/id/menu", self.show),
            Route("/cgi7/id/unlock", self.unlock, methods=["POST"]),
        ]

    async def show(self, request: Request, message: str = "") -> Response:
        """The menu, with the form for unlocking."""
        token = self.desk.token("unlock")
        return self.desk.page(request, "menu.html", token=token, message=message)

    async def unlock(self, request: Request) -> Response:
        """Open a locked account to whoever knows its ネットワーク暗証番号."""
        form = await request.form()
        self.desk.take(request, "unlock", form.get("arcv"))
        secrets = self.desk.portal.secrets(self.desk.books)
        pin = str(form.get("nwpin", "")).encode()
        if form.get("authid") != secrets["id"] or not hmac.compare_digest(
            pin, secrets["pin"].encode()
        ):
            return await self.show(request, WRONG)
        self.desk.books.put(NAME, locked=False, failures=0)
        self.desk.books.note(NAME, "unlocked")
        return await self.show(request, "ロックを解除しました。")
