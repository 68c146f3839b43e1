"""The dashboard's pages with a thousand lines and a hundred thousand readings: whole answers.

python benchmarks/dashboard.py [LINES] [READINGS OF EACH]

Each page is asked for as a signed-in browser asks, through everything that stands before it, and the
time is taken until its last byte, by the clock and of the processor. The pages alternate; the medians of
20 rounds are told. The figures for Prometheus are asked for in both of its formats.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
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
    "figures": "/metrics",
    "figures in OpenMetrics": "/metrics",
}


@dataclass(frozen=True)
class Measured:
    """Medians in milliseconds, by the clock and of the processor, and the size in bytes."""

    milliseconds: float
    processor: float
    size: int


class NoRuns:
    """A daemon that plays nothing."""

    playing = ()
    parallel = 1

    def wake(self) -> None:
        """Nobody sleeps."""


def main() -> None:
    """Fill a home, then measure."""
    gc.set_threshold(200_000, 20, 20)  # as in `kigen serve`
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    each = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    with tempfile.TemporaryDirectory() as folder:
        for name, one in measure(Path(folder), lines, each).items():
            print(
                f"{one.milliseconds:7.0f} ms  {one.processor:5.0f} ms of the processor  "
                f"{one.size / 1024:4.0f} KB  {name}, {lines} lines, {lines * each} readings"
            )


def measure(folder: Path, lines: int, each: int, rounds: int = ROUNDS) -> dict[str, Measured]:
    """What each page takes, by its name."""
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


async def _rounds(app: ASGIApp, cookie: str, rounds: int) -> dict[str, Measured]:
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in PAGES}
    sizes: dict[str, int] = {}
    for _ in range(rounds + 1):
        for name, path in PAGES.items():
            gc.collect()  # each page pays for what it leaves itself
            began, worked = time.perf_counter(), time.process_time()
            status, sizes[name] = await _ask(app, path, cookie, name)
            took = time.perf_counter() - began, time.process_time() - worked
            times[name].append((took[0] * 1000, took[1] * 1000))
            assert status == 200, (path, status)
    # The first round compiles the templates.
    return {
        name: Measured(*map(statistics.median, zip(*times[name][1:], strict=True)), sizes[name])
        for name in PAGES
    }


async def _ask(app: ASGIApp, address: str, cookie: str, name: str) -> tuple[int, int]:
    """One request: the answer's status, and how many bytes it has."""
    path, _, query = address.partition("?")
    headers = [(b"host", b"127.0.0.1:8751"), (b"cookie", cookie.encode())]
    if "anew" in name:
        headers.append((b"hx-request", b"true"))
    if "OpenMetrics" in name:
        headers.append((b"accept", b"application/openmetrics-text;version=1.0.0"))
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
