"""A small web server that is called: what it heard, and how it answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any


@dataclass
class Web:
    """`heard`: method and path of each call. `answers`: status and Location by path; 200 if absent.

    `open` is cleared to make it silent.
    """

    port: int = 0
    heard: list[str] = field(default_factory=list)
    answers: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    open: threading.Event = field(default_factory=threading.Event)


@contextmanager
def web_server(tls: SSLContext | None = None) -> Iterator[Web]:
    web = Web()
    web.open.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.heard.append(f"{self.command} {self.path}")
            web.open.wait(30)
            status, location = web.answers.get(self.path, (200, None))
            self.send_response(status)
            if location is not None:
                self.send_header("Location", location)
            self.end_headers()

        do_POST = do_HEAD = do_GET  # noqa: N815  their names are the protocol's

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    web.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.open.set()
        server.shutdown()
        server.server_close()
