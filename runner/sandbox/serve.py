"""The server process."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from runner.sandbox import portals, store, tls
from runner.sandbox.address import Address
from runner.sandbox.app import Sandbox
from runner.sandbox.books import Books, utc_now
from runner.sandbox.errors import NotStarted
from runner.sandbox.portal import Scope

LOCK = "serving.lock"
ADDRESS = "address.json"
PATIENCE = 3.0
"""Seconds in which open requests may end when the server is to end."""

_connections: dict[Any, asyncio.Transport] = {}


class Connection(H11Protocol):
    """HTTP as uvicorn speaks it; the connection can be found by its peer, to be cut."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn's own
        """A browser has come."""
        super().connection_made(transport)
        self._peer = transport.get_extra_info("peername")
        _connections[tuple(self._peer)] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        _connections.pop(tuple(self._peer), None)
        super().connection_lost(exc)


def cut(scope: Scope) -> None:
    """Break the connection of this request."""
    transport = _connections.get(tuple(scope["client"]))
    if transport is not None:
        transport.abort()


class Server(uvicorn.Server):
    """Tells its address when it is ready."""

    ready: Address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so in one line."""
        await super().startup(sockets)
        print(self.ready.dump(), flush=True)
        # While the browser comes up there is time to load what every site is built with.
        import_module("runner.sandbox.desk")


def serve(home: Path, port: int, exit_with_parent: bool) -> None:
    """Serve all portals until told to end.

    A server that stands on its own is published in the home folder, for others to use. One that
    ends with its parent is not: it would vanish under them.

    Raises:
        NotStarted: another one stands in this home, or the port is taken.
    """
    standing = None if exit_with_parent else _stand(home)
    hosts = portals.hosts()
    certificate = tls.certificate(home, hosts, utc_now())
    # With the protocol named, asyncio sends small answers at once (TCP_NODELAY).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        raise NotStarted(f"Port {port} cannot be used: {error.strerror}.") from error
    with Books(home) as books:
        server = Server(
            uvicorn.Config(
                Sandbox(books, cut),
                http=Connection,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                ssl_certfile=certificate.chain,
                ssl_keyfile=certificate.key,
                timeout_graceful_shutdown=1,
            )
        )
        server.ready = Address(listener.getsockname()[1], certificate.pin, hosts)
        # uvicorn ends in order on SIGTERM and then raises it again, which must not kill.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        if exit_with_parent:
            threading.Thread(target=_watch_parent, args=(server,), daemon=True).start()
        if standing is not None:
            store.write(store.folder(home) / ADDRESS, server.ready.dump().encode())
        try:
            server.run(sockets=[listener])
        finally:
            if standing is not None:
                (store.folder(home) / ADDRESS).unlink(missing_ok=True)
                os.close(standing)


def _stand(home: Path) -> int:
    """Hold the lock that says: a server stands here. The system lets go of it with the process."""
    handle = os.open(store.folder(home) / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    end = time.monotonic() + 1
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            # Whoever looks for a server holds the lock for an instant.
            if time.monotonic() > end:
                os.close(handle)
                raise NotStarted(
                    "A sandbox is served from this home already; use that one or end it first."
                ) from None
            time.sleep(0.02)


def _watch_parent(server: Server) -> None:
    """End when the parent closes the pipe, or dies: then the system closes it."""
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    server.should_exit = True
    time.sleep(PATIENCE)
    os._exit(0)
