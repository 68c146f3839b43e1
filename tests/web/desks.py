"""The dashboard for tests: a workspace and a ledger of its own, and a browser that is signed in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from argon2 import PasswordHasher

from runner.config.dashboard import Dashboard
from runner.config.home import Home
from runner.config.live import Settings
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.web.csrf import Csrf
from runner.web.dashboard import dashboard
from runner.web.desk import Desk
from runner.web.door import Door
from runner.web.links import key_for
from runner.web.pages import Pages
from runner.web.password import Password
from runner.web.proxy import Proxy
from runner.web.sessions import Sessions, digest
from runner.web.tokens import Tokens
from tests.web.serving import Answer, on_a_port, send

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
KEY = b"the home's key"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CONFIG = "accounts: {}\n"


@dataclass
class NoRuns:
    """A daemon that plays nothing."""

    playing: tuple[str, ...] = ()
    parallel: int = 3
    woken: int = 0

    def wake(self) -> None:
        self.woken += 1


@contextmanager
def a_desk(
    folder: Path, config: str = CONFIG, clock: Callable[[], datetime] = lambda: NOW
) -> Iterator[Desk]:
    """A desk whose workspace and home are in this folder."""
    (folder / "config.yaml").write_text(config)
    home = Home(folder / "home")
    with Ledger.open(home.ledger, clock=clock) as ledger:
        yield Desk(Settings(Workspace.open(folder)), ledger, home, clock, NoRuns(), KEY)


def a_door(desk: Desk, config: Dashboard | None = None) -> Door:
    """Its door."""
    config = config or Dashboard()
    folder, named = desk.home.folder, config.proxy
    proxy = named and Proxy(named.header, tuple(named.networks), frozenset(named.users))
    return Door(
        Sessions(folder, desk.clock),
        Tokens(folder, desk.clock),
        Password(folder, key_for("dashboard password", desk.key), hasher=CHEAP),
        proxy or None,
        secure=(config.url or "").startswith("https://"),
    )


@dataclass
class Browser:
    """A browser at the dashboard; signed in, if it has a session."""

    port: int
    session: str = ""
    host: str = ""

    @property
    def csrf(self) -> str:
        """The token that is in its forms."""
        return Csrf(key_for("csrf", KEY)).token(digest(self.session))

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        return send(self.port, path, headers=self._with(headers))

    def post(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        """Send a form of the dashboard: with the token that it has there."""
        return self.send(path, {"csrf": self.csrf, **(form or {})}, **headers)

    def send(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        """Send a form as it is."""
        headers = {"content-type": "application/x-www-form-urlencoded", **self._with(headers)}
        return send(self.port, path, "POST", headers, urlencode(form).encode())

    def send_json(self, path: str, value: object, **headers: str) -> Answer:
        """Send JSON with the token in a header, as a script of ours would."""
        headers = {
            "content-type": "application/json", "x-csrf-token": self.csrf, **self._with(headers),
        }  # fmt: skip
        return send(self.port, path, "POST", headers, json.dumps(value).encode())

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        own = {"cookie": f"kigen={self.session}"} if self.session else {}
        if self.host:
            own["host"] = self.host
        return own | {name.replace("_", "-"): value for name, value in headers.items()}


@contextmanager
def at_the_dashboard(
    desk: Desk, config: Dashboard | None = None, door: Door | None = None
) -> Iterator[Browser]:
    """The dashboard on a port; gives a browser that is signed in."""
    door = door or a_door(desk, config)
    base = (config.url if config else None) or "http://127.0.0.1:1"
    with on_a_port(dashboard(desk, Pages(base, settings=desk.settings), door)) as port:
        yield Browser(port, door.sessions.begin("owner", door.password.fingerprint()))
