"""The sandbox as one application: which portal a request is for, and what befalls it on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from html import escape
from typing import Any

from runner.sandbox import faults
from runner.sandbox.books import Books
from runner.sandbox.portal import App, Portal, Scope
from runner.sandbox.portals import every, seed
from runner.sandbox.record import Recorder, record_of

Receive = Callable[[], Any]
Send = Callable[[MutableMapping[str, Any]], Any]
Cut = Callable[[Scope], None]
"""Breaks the connection on which a request came."""


class Sandbox:
    """An ASGI application that dispatches by the Host header."""

    def __init__(self, books: Books, cut: Cut) -> None:
        self._books = books
        self._cut = cut
        self._apps: dict[tuple[str, ...], App] = {}
        self._sites: dict[str, list[Portal]] = {}
        for portal in every():
            for host in portal.hosts:
                self._sites.setdefault(host, []).append(portal)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1").partition(":")[0].lower()
        portals = self._sites.get(host)
        if portals is None:
            await answer(send, 421, "Misdirected Request")
            return
        if scope["path"] == "/favicon.ico":
            await answer(send, 404, "")
            return
        file = record_of(self._books.home)
        if not file.exists():
            await self._befall(portals, host, scope, receive, send)
            return
        recorder = Recorder(file, scope)
        try:
            await self._befall(portals, host, scope, recorder.receive(receive), recorder.send(send))
        finally:
            recorder.write()

    def _app(self, portals: list[Portal]) -> App:
        """The site of these portals, built when it is first asked for."""
        names = tuple(portal.name for portal in portals)
        if names not in self._apps:
            for portal in portals:
                seed(self._books, portal)
            self._apps[names] = portals[0].app(self._books)
        return self._apps[names]

    async def _befall(
        self, portals: list[Portal], host: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        names = [portal.name for portal in portals]

        def strike(name: str) -> dict[str, Any] | None:
            return faults.strike(self._books, name, names, host, scope["path"], scope["method"])

        if slow := strike("slow"):
            receive = await _taken(receive)
            await asyncio.sleep(slow["seconds"])
        if closed := strike("maintenance"):
            page = _with_line(portals[0].maintenance(), closed.get("says"))
            await answer(send, int(closed["status"]), page, "text/html")
            return
        if broken := strike("http"):
            status = int(broken["status"])
            await answer(send, status, f"<html><body><h1>{status}</h1></body></html>", "text/html")
            return
        app = self._app(portals)
        drop = strike("drop")
        if drop is None:
            await app(scope, receive, send)
            return
        if drop["when"] == "before":
            self._cut(scope)
            return
        half = _Half(send if drop["when"] == "middle" else None)
        await app(scope, receive, half)
        # What was written must have left before the connection is cut.
        await asyncio.sleep(0.05)
        self._cut(scope)


class _Half:
    """Lets half of an answer through, or nothing of it."""

    def __init__(self, send: Send | None) -> None:
        self._send = send

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        send = self._send
        if send is None:
            return
        if message["type"] == "http.response.start":
            await send(message)
            return
        body = message.get("body", b"")
        self._send = None
        await send({"type": message["type"], "body": body[: len(body) // 2], "more_body": True})


async def _taken(receive: Receive) -> Receive:
    """Take the whole request in: a site goes on with an order that it has, whoever waits for it."""
    parts = [await receive()]
    while parts[-1].get("more_body"):
        parts.append(await receive())
    waiting = iter(parts)

    async def again() -> Any:
        part = next(waiting, None)
        return await receive() if part is None else part

    return again


async def answer(send: Send, status: int, body: str, kind: str = "text/plain") -> None:
    """A plain answer."""
    content = body.encode()
    headers = [
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _with_line(page: str, line: str | None) -> str:
    """A page with one line more at its end."""
    return page if line is None else page.replace("</body>", f"<p>{escape(line)}</p></body>")
