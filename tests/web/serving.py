"""An application on a port and in a loop of its own, and plain requests to it."""

from __future__ import annotations

import asyncio
import http.client
import re
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from html import unescape

from starlette.types import ASGIApp

from runner.web.connections import Connection
from runner.web.serve import listening, serving


@contextmanager
def on_a_port(app: ASGIApp, connection: type[Connection] = Connection) -> Iterator[int]:
    """Serve meanwhile; gives the port. The loop is its thread's own: the test may have one, too."""
    listener = listening("127.0.0.1", 0)
    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def run() -> None:
        ended = asyncio.Event()
        async with serving(app, listener, connection):
            begun.set_result((asyncio.get_running_loop(), ended))
            await ended.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    loop, ended = begun.result(60)
    try:
        yield listener.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(60)


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, Message, str]:
    """One request, on a connection of its own: status, headers, body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, body


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: str


def send(
    port: int,
    path: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """One request with a body and headers as they are, on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, dict(headers or {}))
    answer = connection.getresponse()
    found = Answer(answer.status, answer.headers, answer.read().decode(errors="replace"))
    connection.close()
    return found


def text(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
