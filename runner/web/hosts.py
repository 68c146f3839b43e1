"""Under which names we answer. Another site may let its own name point to this machine, and lead its
visitors' browsers here (DNS rebinding): under a stranger's name nothing is answered."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Hosts:
    """Lets requests pass for these names, and for the number that the connection was made to: a
    number is no name that somebody could have let point here."""

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names) | frozenset(LOOPBACK)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, or answer 400."""
        if scope["type"] in ("http", "websocket") and not self._ours(scope):
            refused = PlainTextResponse("Nothing is served under this name.", 400)
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _ours(self, scope: Scope) -> bool:
        host = _without_port(Headers(scope=scope).get("host", ""))
        server = scope.get("server")
        return host in self._names or (server is not None and _same_number(host, server[0]))


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _same_number(host: str, server: str) -> bool:
    try:
        return _number(host) == _number(server)
    except ValueError:
        return False


def _number(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    found = ipaddress.ip_address(text.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
