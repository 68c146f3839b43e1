"""`POST /codes/ACCOUNT`: text messages that an app on the owner's phone forwards."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runner.challenge.forwarded import Forwarded, NotAMessage, read_form, read_forwarded
from runner.challenge.webhook import Door, NotLetIn
from runner.web.body import again, read_body
from runner.web.rates import Rate

LARGEST = 16 * 1024
"""Bytes of a request. Ten long messages put together are smaller."""
MESSAGES = 60
"""Messages that an account takes in a minute; phones get fewer, loops send more."""
MISTAKES = 20
"""Requests without a right key that one address may send in a minute."""


def routes(door: Door, seconds: Callable[[], float] = time.monotonic) -> list[Route]:
    """The route, for whoever serves it."""
    return [Route("/codes/{account}", _Codes(door, seconds).post, methods=["POST"])]


def app(door: Door, seconds: Callable[[], float] = time.monotonic) -> Starlette:
    """The route alone, for a run that serves nothing else."""
    return Starlette(routes=routes(door, seconds))


class _Codes:
    def __init__(self, door: Door, seconds: Callable[[], float]) -> None:
        self._door = door
        self._messages = Rate(MESSAGES, seconds)
        self._mistakes = Rate(MISTAKES, seconds)

    async def post(self, request: Request) -> Response:
        """Take a message in. A right key is never turned away for the mistakes of strangers."""
        account: str = request.path_params["account"]
        stranger = request.client.host if request.client else ""
        body = await read_body(request, LARGEST)
        if body is None:
            return JSONResponse({"error": f"more than {LARGEST} bytes"}, 413)
        try:
            by = await run_in_threadpool(self._door.check, account, request.headers, body)
        except NotLetIn:
            if not self._mistakes.allow(stranger):
                return JSONResponse({"error": "too many"}, 429, {"retry-after": "60"})
            return JSONResponse(
                {"error": "a right token or signature is wanted"},
                401,
                {"www-authenticate": "Bearer"},
            )
        if not self._messages.allow(account):
            return JSONResponse({"error": "too many"}, 429, {"retry-after": "60"})
        try:
            message = await _read(request, body)
        except NotAMessage as error:
            return JSONResponse({"error": str(error)}, 400)
        taken = await run_in_threadpool(self._door.take, account, message, body, by)
        answer: dict[str, object] = {"kept": taken.kept}
        if taken.why:
            answer["why"] = taken.why
        return JSONResponse(answer)


async def _read(request: Request, body: bytes) -> Forwarded | None:
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return read_forwarded(body, kind)
    async with Request(request.scope, again(body)).form(max_files=0, max_fields=50) as form:
        return read_form(form.multi_items())
