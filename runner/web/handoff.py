"""Live pages: a signed link leads one browser to one page that waits for a person.

The link by itself shows a button only. Chat services and mail filters open links to preview them,
and must neither see the page nor use the link up; the first browser that presses the button has it.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from runner.challenge.handoff import Ended, HandOff
from runner.challenge.handoff_hands import Answer, AnyMove, Hands, read_move
from runner.challenge.handoff_live import Frame, Where
from runner.web.links import DeadLink, Links
from runner.web.pages import Pages

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection, Request

MOST_MOVES = 500
"""Moves that may wait for a page that hangs; what comes after them is dropped."""
_GONE = HTTPStatus.GONE
_FORBIDDEN = HTTPStatus.FORBIDDEN


@dataclass
class _Waiting:
    """A live page, and the one browser that has it: None until the button was pressed."""

    hand_off: HandOff
    hands: Hands
    holder: str | None = field(default=None, repr=False)

    @property
    def bound_to(self) -> str:
        return self.hand_off.asked.run_id


class HandOffs:
    """All live pages that wait at this moment."""

    def __init__(self, links: Links, pages: Pages) -> None:
        self._links, self._pages = links, pages
        self._waiting: dict[str, _Waiting] = {}

    @contextmanager
    def offered(self, hand_off: HandOff, hands: Hands) -> Iterator[str]:
        """Meanwhile, the page can be reached; gives the link. After that the link is dead."""
        waiting = self._waiting[hand_off.id] = _Waiting(hand_off, hands)
        token = self._links.make(hand_off.id, waiting.bound_to, hand_off.asked.until)
        try:
            yield f"{self._pages.base}/hand-off/{token}"
        finally:
            hands.rest()
            del self._waiting[hand_off.id]

    def routes(self) -> list[BaseRoute]:
        """Where live pages are found."""
        return [
            Route("/hand-off/{token}", self.show_link, methods=["GET"]),
            Route("/hand-off/{token}", self.take, methods=["POST"]),
            Route("/hand-off/{id}/page", self.show_page),
            WebSocketRoute("/hand-off/{id}/live", self.live),
        ]

    async def show_link(self, request: Request) -> Response:
        """What the link shows to everybody who has it: whose page it is, and the button."""
        try:
            waiting = self._of_link(request.path_params["token"])
        except DeadLink:
            return self._dead(request)
        asked = waiting.hand_off.asked
        path = f"{self._pages.prefix}/hand-off/{request.path_params['token']}"
        return self._pages.draw(request, "hand_off_link.html", asked=asked, path=path)

    async def take(self, request: Request) -> Response:
        """The button: the first browser gets the page, every other one is refused."""
        try:
            waiting = self._of_link(request.path_params["token"])
        except DeadLink:
            return self._dead(request)
        id = waiting.hand_off.id
        response = RedirectResponse(
            f"{self._pages.prefix}/hand-off/{id}/page", HTTPStatus.SEE_OTHER
        )
        if waiting.holder is None:
            waiting.holder = secrets.token_urlsafe(32)
            response.set_cookie(
                _cookie(id),
                waiting.holder,
                path=f"{self._pages.prefix}/hand-off/",
                secure=self._pages.secure,
                httponly=True,
                samesite="strict",
            )
        elif not self._holds(request, waiting):
            return self._pages.message(request, "taken", status=_FORBIDDEN)
        return response

    async def show_page(self, request: Request) -> Response:
        """The live page itself, for the browser that has it."""
        waiting = self._waiting.get(request.path_params["id"])
        if waiting is None:
            return self._dead(request)
        if not self._holds(request, waiting):
            return self._pages.message(request, "taken", status=_FORBIDDEN)
        hand_off = waiting.hand_off
        return self._pages.draw(request, "hand_off.html", asked=hand_off.asked, id=hand_off.id)

    async def live(self, socket: WebSocket) -> None:
        """Pictures one way, moves the other, until one side is gone or the hand-off is over."""
        waiting = self._waiting.get(socket.path_params["id"])
        if waiting is None or not self._holds(socket, waiting) or not self._ours(socket):
            await socket.close()
            return
        await socket.accept()
        moves: asyncio.Queue[AnyMove] = asyncio.Queue(MOST_MOVES)
        tasks = [
            asyncio.ensure_future(one)
            for one in (
                _show(socket, waiting.hand_off),
                _listen(socket, waiting, moves),
                _move(waiting.hands, moves),
                _tell_end(socket, waiting.hand_off),
            )
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            for ended in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(ended, Exception) and not isinstance(ended, _LEFT):
                    raise ended

    def _of_link(self, token: str) -> _Waiting:
        waiting = self._waiting.get(self._links.id_of(token))
        if waiting is None:
            raise DeadLink
        self._links.check(token, waiting.bound_to)
        return waiting

    def _holds(self, connection: HTTPConnection, waiting: _Waiting) -> bool:
        shown = connection.cookies.get(_cookie(waiting.hand_off.id), "")
        return waiting.holder is not None and hmac.compare_digest(
            shown.encode(), waiting.holder.encode()
        )

    def _ours(self, socket: WebSocket) -> bool:
        """Whether it is our own page that opens the socket: browsers let any page try."""
        origin = socket.headers.get("origin", "")
        here = socket.headers.get("host", "")
        parts = urlsplit(self._pages.base)
        return origin == f"{parts.scheme}://{parts.netloc}" or urlsplit(origin).netloc == here

    def _dead(self, request: Request) -> Response:
        return self._pages.message(request, "dead", status=_GONE)


_LEFT = (WebSocketDisconnect, RuntimeError)
"""How a browser that has gone shows itself, to those who read and those who write."""


def _cookie(id: str) -> str:
    return f"kigen-{id}"


async def _show(socket: WebSocket, hand_off: HandOff) -> None:
    size = (0, 0)
    async for news in hand_off.live.news():
        if isinstance(news, Frame):
            if size != (news.width, news.height):
                size = news.width, news.height
                await socket.send_json({"is": "size", "width": news.width, "height": news.height})
            await socket.send_bytes(news.data)
        elif isinstance(news, Where):
            await socket.send_json({"is": "where", **asdict(news)})
        else:
            question = None if news is None else asdict(news)
            await socket.send_json({"is": "question", "question": question})


async def _listen(socket: WebSocket, waiting: _Waiting, moves: asyncio.Queue[AnyMove]) -> None:
    """Take in what the person does. The last word is heard at once, whatever still waits."""
    hand_off = waiting.hand_off
    async for text in socket.iter_text():
        match _word(text):
            case "done":
                if not await hand_off.done():
                    await socket.send_json({"is": "not_yet"})
            case "give_up":
                hand_off.end(Ended.GIVEN_UP)
            case _:
                try:
                    move = read_move(text)
                except ValueError:
                    continue
                if isinstance(move, Answer):  # the page stands still until it has one
                    await waiting.hands.do(move)
                    continue
                with suppress(asyncio.QueueFull):
                    moves.put_nowait(move)


def _word(text: str) -> Any:
    try:
        given = json.loads(text)
    except ValueError:
        return None
    return given.get("say") if isinstance(given, dict) else None


async def _move(hands: Hands, moves: asyncio.Queue[AnyMove]) -> None:
    while True:
        await hands.do(await moves.get())


async def _tell_end(socket: WebSocket, hand_off: HandOff) -> None:
    how = await hand_off.end_of_it()
    await socket.send_json({"is": "over", "how": how.value})
    await socket.close()
