"""A reverse proxy in front: it tells whose requests it hands on, and may sign people in."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.web.who import Who

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Proxy:
    """Its headers count from these networks only, and `header` for these people only."""

    header: str
    networks: Sequence[Network]
    users: frozenset[str]

    def who(self, connection: HTTPConnection) -> Who | None:
        """Whom the proxy has let in. A header that stands there twice was not set by it alone."""
        named = connection.headers.getlist(self.header)
        if len(named) != 1 or named[0] not in self.users or not self._speaks(connection):
            return None
        return Who(named[0], "proxy", bound=f"proxy {named[0]}")

    def client(self, connection: HTTPConnection) -> str:
        """The address of whoever asks: behind the proxy, the last one that it has added."""
        peer = _peer(connection)
        if not self._speaks(connection):
            return peer
        added = ",".join(connection.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
        return added or peer

    def _speaks(self, connection: HTTPConnection) -> bool:
        try:
            peer = ipaddress.ip_address(_peer(connection))
        except ValueError:
            return False
        if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped is not None:
            peer = peer.ipv4_mapped
        return any(peer in network for network in self.networks)


def _peer(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""
