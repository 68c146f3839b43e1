"""Who is let in to the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.web.password import Password
from runner.web.proxy import Proxy
from runner.web.rates import block_of
from runner.web.sessions import Sessions
from runner.web.tokens import Tokens, bearer
from runner.web.who import Who

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

PROGRAMS = ("/api", "/metrics", "/calendar")
"""What programs ask for: tokens count there, and refusals are JSON."""


@dataclass(frozen=True)
class Door:
    """The ways in: a signed-in browser, a proxy that signs people in, a program's token."""

    sessions: Sessions
    tokens: Tokens
    password: Password
    proxy: Proxy | None
    secure: bool

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; over TLS, one that no other host can set."""
        return "__Host-kigen" if self.secure else "kigen"

    def who(self, connection: HTTPConnection) -> Who | None:
        """Whoever asks; None for a stranger. Reads files."""
        if for_programs(connection) and (token := bearer(connection.headers.get("authorization"))):
            found = self.tokens.check(token)
            return None if found is None else Who(found.name, "token", found.scope)
        if self.proxy is not None and (who := self.proxy.who(connection)) is not None:
            return who
        id = connection.cookies.get(self.cookie)
        return self.sessions.who(id, self.password.fingerprint()) if id else None

    def client(self, connection: HTTPConnection) -> str:
        """The name that a client counts under where requests are counted."""
        if self.proxy is not None:
            return block_of(self.proxy.client(connection))
        return block_of(connection.client.host if connection.client else "")


def for_programs(connection: HTTPConnection) -> bool:
    """Whether a program asks, rather than a browser."""
    path = str(connection.scope["path"])
    return any(path == one or path.startswith((f"{one}/", f"{one}.")) for one in PROGRAMS)
