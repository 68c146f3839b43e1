"""The dashboard's pages with a thousand lines and a hundred thousand readings: whole answers.

python benchmarks/dashboard.py [LINES] [READINGS OF EACH]

Each page is asked for as a signed-in browser asks, through everything that stands before it, and the
time is taken until its last byte. The pages alternate; the median of 20 rounds is told.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.config.home import Home
from runner.config.live import Settings
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.web.dashboard import dashboard
from runner.web.desk import Desk
from runner.web.door import Door
from runner.web.pages import Pages
from runner.web.password import Password
from runner.web.sessions import Sessions
from runner.web.tokens import Tokens

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.status import ACCOUNT, fill

if TYPE_CHECKING:
    from starlette.types import ASGIApp

ROUNDS = 20
PAGES = {
    "all lines": "/",
    "all lines, fetched anew": "/",
    "all lines, the last hundred": "/?page=10",
    "one line": "/lines/account0007/090-0000-0007?days=365",
    "settings": "/settings",
}


class NoRuns:
    """A daemon that plays nothing."""

    playing = ()
    parallel = 1

    def wake(self) -> None:
        """Nobody sleeps."""


def main() -> None:
    """Fill a home, then measure."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    each = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    with tempfile.TemporaryDirectory() as folder:
        for name, milliseconds, size in measure(Path(folder), lines, each):
            print(
                f"{milliseconds:7.0f} ms  {size / 1024:4.0f} KB  {name}, {lines} lines, "
                f"{lines * each} readings"
            )


def measure(
    folder: Path, lines: int, each: int, rounds: int = ROUNDS
) -> list[tuple[str, float, int]]:
    """Each page's name, the median of its time in milliseconds, and its size in bytes."""
    config = "timezone: Asia/Tokyo\naccounts:" + "".join(
        ACCOUNT.format(number=number) for number in range(lines)
    )
    (folder / "config.yaml").write_text(config)
    home = Home(folder)
    fill(home.ledger, lines, each)
    with Ledger.open(home.ledger) as ledger:
        settings = Settings(Workspace.open(folder))
        desk = Desk(settings, ledger, home, lambda: datetime.now(UTC), NoRuns(), b"key" * 12)
        password = Password(folder, b"another key")
        sessions = Sessions(folder, desk.clock)
        door = Door(sessions, Tokens(folder, desk.clock), password, None, secure=False)
        cookie = f"kigen={sessions.begin('owner', password.fingerprint())}"
        app = dashboard(desk, Pages("http://127.0.0.1:8751", settings=settings), door)
        return asyncio.run(_rounds(app, cookie, rounds))


async def _rounds(app: ASGIApp, cookie: str, rounds: int) -> list[tuple[str, float, int]]:
    times: dict[str, list[float]] = {name: [] for name in PAGES}
    sizes: dict[str, int] = {}
    for _ in range(rounds + 1):
        for name, path in PAGES.items():
            began = time.perf_counter()
            status, sizes[name] = await _ask(app, path, cookie, anew="anew" in name)
            times[name].append((time.perf_counter() - began) * 1000)
            assert status == 200, (path, status)
    # The first round compiles the templates.
    return [(name, statistics.median(times[name][1:]), sizes[name]) for name in PAGES]


async def _ask(app: ASGIApp, address: str, cookie: str, *, anew: bool) -> tuple[int, int]:
    """One request: the answer's status, and how many bytes it has."""
    path, _, query = address.partition("?")
    headers = [(b"host", b"127.0.0.1:8751"), (b"cookie", cookie.encode())]
    if anew:
        headers.append((b"hx-request", b"true"))
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "root_path": "", "query_string": query.encode(),
        "headers": headers, "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 8751),
        "state": {},
    }  # fmt: skip
    status, size = 0, 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, size
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            size += len(message.get("body", b""))

    await app(scope, receive, send)
    return status, size


if __name__ == "__main__":
    main()
