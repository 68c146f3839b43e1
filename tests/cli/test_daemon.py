"""What a daemon sees to beside the runs, while it serves a home."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
import time
import weakref
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from runner.cli import stopping
from runner.cli.daemon import Daemon
from runner.cli.others import Others
from runner.cli.workers import Workers
from runner.config.home import Home
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.schedule.agenda import Entry
from runner.values.secret import Redactor

CONFIG = "dashboard: false\nnotify: {targets: {chat: {url: env:NO_SUCH_CHAT}}}\n"
BEGINNING, BEGAN = datetime(2026, 11, 21, 3, 0, tzinfo=UTC), time.monotonic()


def fast_clock() -> datetime:
    """A minute in a twentieth of a second."""
    return BEGINNING + timedelta(minutes=20 * (time.monotonic() - BEGAN))


def served(daemon: Daemon, meanwhile: Callable[[], None]) -> None:
    """Serve until `meanwhile`, in a thread of its own, has ended."""

    def play() -> None:
        try:
            meanwhile()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    with stopping.listening(to_the_end=False):
        playing = threading.Thread(target=play)
        playing.start()
        daemon.serve()
        playing.join()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)


def test_it_tells_its_owner_that_settings_stay_wrong(workspace: Path, home: Path) -> None:
    config = workspace / "config.yaml"
    config.write_text(CONFIG)
    often = timedelta(milliseconds=20)
    daemon = Daemon(Workspace.open(workspace), Home(home), Redactor(), fast_clock, every=often)
    home.mkdir(mode=0o700)
    with Ledger.open(home / "ledger.db") as ledger:

        def edited() -> None:
            config.write_text(CONFIG + "langauge: ja\n")
            until(lambda: bool(ledger.outbox.list()))

        served(daemon, edited)
        (letter,) = ledger.outbox.list()
        assert (letter.event, letter.target) == ("settings_wrong", "chat")
        assert "unknown key `langauge`" in letter.payload["message"]


class Garbage:
    """Holds itself, so that only a search finds that nobody else does."""

    def __init__(self) -> None:
        self.itself = self


def test_garbage_is_looked_for_in_each_round(workspace: Path, home: Path) -> None:
    (workspace / "config.yaml").write_text(CONFIG)
    often = timedelta(milliseconds=20)
    daemon = Daemon(Workspace.open(workspace), Home(home), Redactor(), every=often)
    home.mkdir(mode=0o700)
    gc.disable()
    try:
        left = weakref.ref(Garbage())
        assert left() is not None
        served(daemon, lambda: until(lambda: left() is None))
    finally:
        gc.enable()
    assert left() is None


class Heard:
    """In place of workers that tell nothing, and of whoever is kept up to date."""

    ended = 0

    async def play(self, *_: object) -> None:
        assert self.ended == 0

    def played(self) -> None:
        self.ended += 1


def test_the_end_of_a_run_is_news_however_it_ended(workspace: Path, home: Path) -> None:
    daemon, heard = Daemon(Workspace.open(workspace), Home(home), Redactor(), fast_clock), Heard()
    account, site = daemon._settings.accounts[0]
    entry = Entry(account, site.flow, BEGINNING, "due")
    asyncio.run(daemon._play(cast(Workers, heard), cast(Others, heard), entry))
    assert heard.ended == 1
