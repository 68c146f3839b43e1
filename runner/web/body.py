"""What is sent to us is read whole before anybody looks at it: not more than fits, nor for ever."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from runner.web.api_problems import Kind, Problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 64 * 1024
"""Bytes. No form and no request of a program is nearly as large."""
SECONDS = 10.0
"""How long a body may take to arrive."""


class Bodies:
    """Reads bodies and hands them on, so that several may read them."""

    def __init__(self, app: ASGIApp, seconds: float = SECONDS) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 to what is too large, and 408 to what is too slow."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await read_body(Request(scope, receive), LARGEST)
        except ClientDisconnect:
            return
        except TimeoutError:
            await _refuse(Kind.TOO_SLOW, f"it took more than {self._seconds:g} seconds")(
                scope, receive, send
            )
            return
        if body is None:
            await _refuse(Kind.TOO_LARGE, f"more than {LARGEST} bytes")(scope, receive, send)
            return
        scope.setdefault("state", {})["body"] = body
        await self._app(scope, again(body, receive), send)


def again(body: bytes, receive: Receive | None = None) -> Receive:
    """Gives the body once more, and then what else there is to receive."""
    sent = False

    async def receive_again() -> Message:
        nonlocal sent
        if sent and receive is not None:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def reread(request: Request) -> Request:
    """The same request with its body still unread, behind `Bodies`."""
    return Request(request.scope, again(request.scope["state"]["body"]))


async def read_body(request: Request, largest: int) -> bytes | None:
    """What was sent; None where it has more bytes than that, which are not all taken in."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > largest:
        return None
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            return None
        parts.append(part)
    return b"".join(parts)


def _refuse(kind: Kind, why: str) -> JSONResponse:
    return Problem(kind, why).answer({"connection": "close"})
