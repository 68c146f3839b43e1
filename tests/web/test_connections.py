"""What is too large, too slow or too much is refused, and the others are served meanwhile."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from runner.web.app import create_app
from runner.web.body import LARGEST, Bodies
from runner.web.connections import MOST, Connection
from runner.web.pages import Pages
from tests.web.serving import on_a_port, send

PATIENCE = 60.0


class Hasty(Connection):
    seconds = 0.3


def echoes(seconds: float) -> ASGIApp:
    """Gives back what is sent; a body has so many seconds."""

    async def echo(request: Request) -> Response:
        return PlainTextResponse(await request.body())

    routes = [Route("/", echo, methods=["GET", "POST"])]
    return create_app(routes, Pages("http://127.0.0.1"), [Middleware(Bodies, seconds=seconds)])


@pytest.fixture
def port() -> Iterator[int]:
    with on_a_port(echoes(PATIENCE)) as port:
        yield port


def said(port: int, *parts: bytes) -> bytes:
    """What comes back until the other side hangs up."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
        found = b""
        try:
            for part in parts:
                line.sendall(part)
            while more := line.recv(4096):
                found += more
        except ConnectionError:
            pass
    return found


def begun(length: int) -> bytes:
    return f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode()


@pytest.mark.parametrize("parts", [[], [b"GET / HTTP/1.1\r\nHost: loc"]])
def test_a_request_that_never_begins_is_hung_up_on(parts: list[bytes]) -> None:
    with on_a_port(echoes(PATIENCE), Hasty) as port:
        assert said(port, *parts) == b""


def test_a_body_that_never_ends_is_not_waited_for() -> None:
    with on_a_port(echoes(0.3)) as port:
        assert said(port, begun(10), b"a").startswith(b"HTTP/1.1 408")


def test_a_body_that_is_too_large_is_not_read(port: int) -> None:
    assert send(port, "/", "POST", body=b"a" * LARGEST).body == "a" * LARGEST
    assert said(port, begun(10**9)).startswith(b"HTTP/1.1 413")
    chunked = begun(0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    chunk = b"1000\r\n" + b"a" * 0x1000 + b"\r\n"
    found = said(port, chunked, *[chunk] * (LARGEST // 0x1000), b"1\r\na\r\n")
    assert found.startswith(b"HTTP/1.1 413")


def test_there_are_never_too_many_connections() -> None:
    with on_a_port(create_app([], Pages("http://127.0.0.1"))) as port:
        lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(MOST)]
        try:
            with pytest.raises(ConnectionError):
                send(port, "/")
        finally:
            for line in lines:
                line.close()
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            try:
                assert send(port, "/").status == 404
            except ConnectionError:
                continue  # the closed ones are not all put away yet
            return
        pytest.fail("the connections were not given back")
