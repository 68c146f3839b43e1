"""Who else is kept up to date: after a command, and while a daemon runs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from runner.cli.others import Others, tell_once
from runner.config.home import Home
from runner.config.live import Settings
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.values.secret import Redactor
from tests.mqtt.web import Web, web_server

WARNED = "the ping address was not called"


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as web:
        yield web


def test_a_whole_round_calls_and_tells_once_what_is_wrong(
    workspace: Path, home: Path, web: Web, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE", f"http://127.0.0.1:{web.port}/good")
    (workspace / "config.yaml").write_text("ping: {url: env:PULSE}\n")
    home.mkdir(mode=0o700)
    opened = Workspace.open(workspace)

    def told(*, whole_round: bool = True) -> tuple[int, int]:
        """How often the address heard of it, and what was logged."""
        web.heard.clear()
        log.clear()
        tell_once(opened, Home(home), Redactor(), whole_round=whole_round)
        return len(web.heard), len([line for line in log if line.startswith(WARNED)])

    assert told(whole_round=False) == (0, 0)
    assert told() == (1, 0)
    web.answers["/good"] = (503, None)
    assert [told(), told()] == [(1, 1), (1, 0)]
    del web.answers["/good"]
    assert told() == (1, 0)
    web.answers["/good"] = (503, None)
    assert told() == (1, 1)


class Counted:
    """Settings that count how often somebody looks at them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self.looks = workspace, 0

    @property
    def workspace(self) -> Workspace:
        self.looks += 1
        return self._workspace


def test_the_end_of_a_run_is_told_at_once_and_once(
    workspace: Path, home: Path, ledger: Ledger
) -> None:
    (workspace / "config.yaml").write_text("language: en\n")
    settings = Counted(Workspace.open(workspace))

    async def rounds(more: int) -> None:
        """Wait until they have been gone round so often, and see that nobody goes round again."""
        wanted = settings.looks + more
        async with asyncio.timeout(30):
            while settings.looks < wanted:
                await asyncio.to_thread(lambda: None)
        for _ in range(20):
            await asyncio.to_thread(lambda: None)
        assert settings.looks == wanted

    async def go() -> None:
        seen = cast(Settings, settings)
        async with Others(seen, ledger, Home(home), Redactor(), lambda: datetime.now(UTC)) as it:
            await rounds(2)  # the lines, and the ping address
            for _ in range(2):
                it.played()
                await rounds(2)

    asyncio.run(go())
