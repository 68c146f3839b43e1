"""The human check in front of the sign-in: pick pictures, twice. It is not made to be defeated."""

from __future__ import annotations

import base64
import random
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runner.sandbox.desk import Answer, keep
from runner.sandbox.docomo.desk import Desk
from runner.sandbox.docomo.line import NAME

CLEARANCE = "aws-waf-token"
CLEARANCE_LIFE = timedelta(minutes=30)
CHECK_LIFE = timedelta(minutes=5)
ROUNDS = 2
TILES = 9
CHAIR = "M20 8v28h24v24M20 36v24M44 36v24"
OTHERS = ("M12 40h40v16H12zM16 40V24h32v16", "M14 20h32v32H14zM46 28h10v14H46", "M32 8l24 48H8z")


def guard(desk: Desk, request: Request) -> None:
    """Let nobody further who has not passed the check, while the check stands."""
    if desk.books.look(NAME, "clearance", request.cookies.get(CLEARANCE)) is not None:
        return
    if desk.strike(request, "human_check"):
        desk.books.note(NAME, "human_check")
        page = desk.page(request, "human.html", 405, check=_round(desk, 1))
        raise Answer(page)


def _round(desk: Desk, number: int) -> dict[str, Any]:
    """A new grid of pictures; what is right is known to the books alone."""
    chance = random.SystemRandom()
    chairs = sorted(chance.sample(range(TILES), 4))
    desk.books.put(NAME, human_answer=chairs)
    shapes = [CHAIR if tile in chairs else chance.choice(OTHERS) for tile in range(TILES)]
    token = desk.books.issue(NAME, "check", {"round": number, "right": chairs}, CHECK_LIFE)
    return {"token": token, "tiles": [_picture(shape, chance) for shape in shapes]}


def _picture(shape: str, chance: random.Random) -> str:
    turn, shade = chance.randint(-12, 12), chance.randint(180, 240)
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" fill="rgb({shade},{shade},{chance.randint(160, 240)})"/>'
        f'<path d="{shape}" transform="rotate({turn} 32 32)" fill="none" stroke="#333"'
        ' stroke-width="5"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode()


class HumanCheck:
    """Where the check's own script sends what was picked."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def routes(self) -> list[Route]:
        """Its address."""
        return [Route("/waf/verify", self.verify, methods=["POST"])]

    async def verify(self, request: Request) -> Response:
        """Right: the next round, or clearance. Wrong: from the beginning."""
        given = await request.json()
        data = self.desk.books.take(NAME, "check", str(given.get("token", "")))
        if data is None or sorted(given.get("picks", [])) != data["right"]:
            return JSONResponse({"result": "retry", "check": _round(self.desk, 1)})
        if data["round"] < ROUNDS:
            return JSONResponse({"result": "next", "check": _round(self.desk, data["round"] + 1)})
        response = JSONResponse({"result": "cleared"})
        token = self.desk.books.issue(NAME, "clearance", {}, CLEARANCE_LIFE)
        keep(response, CLEARANCE, token, CLEARANCE_LIFE)
        self.desk.books.put(NAME, human_answer=[])
        return response
