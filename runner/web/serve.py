"""Serving the web application inside a process that does other things as well."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import uvicorn

from runner.web.connections import Connection

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LARGEST = 64 * 1024
"""Bytes of one message of a browser: the longest text that may be pasted, and then some."""
FAREWELL = 3
"""Seconds in which answers that are under way may end."""


class NotServed(Exception):
    """The address can't be listened on. The message says why."""


class _Server(uvicorn.Server):
    """Signals belong to the process around it, which ends this server in its own order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp, listener: socket.socket, connection: type[Connection] = Connection
) -> AsyncIterator[None]:
    """Serve meanwhile, on a socket that `listening` gave; it is closed at the end."""
    _keep_logs_inside()
    server = _Server(
        uvicorn.Config(
            app,
            http=connection,
            ws="websockets-sansio",
            ws_max_size=LARGEST,
            ws_per_message_deflate=False,  # pictures are compressed already
            lifespan="off",
            log_config=None,  # addresses hold signed links: they are written nowhere
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=FAREWELL,
        )
    )
    task = asyncio.ensure_future(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            async with asyncio.timeout(FAREWELL + 2):
                await task
        listener.close()


def _keep_logs_inside() -> None:
    """What goes wrong in a page is in our own log, masked; uvicorn's would print it as it is."""
    own = logging.getLogger("uvicorn.error")
    own.propagate = False
    if not own.handlers:
        own.addHandler(logging.NullHandler())


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; the system chooses the port for 0. Raises NotServed."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
            listener.setblocking(False)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise NotServed(f"{host}:{port} can't be listened on: {error.strerror}") from None
    return listener
