"""When the address is called while a daemon runs, and when it is better not to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.cli.pulse import Pulse, wrong_with
from runner.config.home import Home
from runner.config.live import Settings
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.schedule.agenda import Entry, Standing
from runner.values.secret import Redactor
from tests.mqtt.web import Web, web_server
from tests.schedule.lines import account, flow

CONFIG = """
timezone: Asia/Tokyo
ping: {url: env:PULSE_GOOD, fail_url: env:PULSE_BAD, every: 2 minutes}
"""
NOTHING = Standing({}, {}, {})
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


class World:
    """A daemon's pulse, with a timer that stands still."""

    def __init__(self, folder: Path, home: Path, ledger: Ledger, web: Web) -> None:
        (folder / "config.yaml").write_text(CONFIG)
        self.seconds, self.web, self.config = 1000.0, web, folder / "config.yaml"
        self.settings = Settings(Workspace.open(folder), self.now)
        self.pulse = Pulse(self.settings, ledger, Home(home), Redactor(), lambda: self.seconds)

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def look(self, *entries: Entry) -> None:
        self.settings.refresh()
        self.pulse.looked(entries, NOTHING, self.now())

    def after(self, seconds: float) -> list[str]:
        """What the address hears at the beat after so many seconds."""
        self.seconds += seconds
        del self.web.heard[:]
        self.pulse.beat()
        return list(self.web.heard)


@pytest.fixture
def world(
    workspace: Path, home: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    with web_server() as web:
        monkeypatch.setenv("PULSE_GOOD", f"http://127.0.0.1:{web.port}/hunter2")
        monkeypatch.setenv("PULSE_BAD", f"http://127.0.0.1:{web.port}/hunter2/fail")
        yield World(workspace, home, ledger, web)


GOOD, BAD = ["GET /hunter2"], ["GET /hunter2/fail"]


def test_it_calls_after_the_first_look_and_then_at_its_pace(world: World, log: list[str]) -> None:
    assert world.after(0) == []
    world.look()
    assert world.after(1) == GOOD
    assert world.after(60) == []
    world.look()
    assert world.after(60) == GOOD
    assert log == []


def test_a_daemon_that_looks_no_more_is_not_well(world: World, log: list[str]) -> None:
    assert world.after(59) == []
    assert world.after(1) == BAD, "it has never looked"
    world.look()
    assert world.after(120) == GOOD
    assert world.after(400) == BAD, "it has stopped looking"
    world.look()
    assert world.after(120) == GOOD
    assert [line.split(":")[0] for line in log] == [
        "all is not well", "all is well again, and the ping address has heard it",
        "all is not well", "all is well again, and the ping address has heard it",
    ]  # fmt: skip


def test_what_is_due_and_not_played_is_not_well(world: World, log: list[str]) -> None:
    made = account("softbank-prepaid", "days_left <= 7")
    entry = Entry(made, flow(made.flow, "Asia/Tokyo"), NOW - timedelta(hours=8), "due")
    world.look(entry)
    assert world.after(1) == GOOD, "the machine may have slept until now"
    for _ in range(32):
        world.seconds += 120
        world.look(entry)
    assert world.after(0) == BAD
    assert log == ["all is not well: softbank-prepaid is not played though its time has come"]
    world.look()
    assert world.after(120) == GOOD


def test_a_gap_in_the_looks_begins_the_patience_anew(world: World) -> None:
    made = account("softbank-prepaid", "days_left <= 7")
    entry = Entry(made, flow(made.flow, "Asia/Tokyo"), NOW - timedelta(hours=8), "due")
    world.look(entry)
    world.seconds += 9 * 3600  # the lid was closed
    world.look(entry)
    assert world.after(1) == GOOD


def test_settings_that_stay_wrong_are_not_well(world: World, log: list[str]) -> None:
    world.config.write_text("ping: [")
    heard = []
    for _ in range(6):
        world.look()
        heard += world.after(120)
    assert heard == 5 * GOOD + BAD, "somebody may be editing them for ten minutes"
    world.config.write_text(CONFIG)
    world.look()
    assert world.after(120) == GOOD
    assert [line for line in log if line.startswith("all is not well")] == [
        "all is not well: config.yaml or a flow is wrong since 2026-11-21 15:16, and the version of "
        "2026-11-21 15:16 holds"
    ]


def test_a_call_that_fails_is_told_once_and_tried_again_every_minute(
    world: World, log: list[str]
) -> None:
    world.web.answers["/hunter2"] = (503, None)
    for seconds, heard in ((1, GOOD), (30, []), (31, GOOD), (60, GOOD)):
        world.look()
        assert world.after(seconds) == heard
    assert log == ["the ping address was not called: the answer was 503 Service Unavailable"]
    del world.web.answers["/hunter2"]
    assert world.after(60) == GOOD
    assert log[1:] == ["all is well again, and the ping address has heard it"]


def test_a_secret_that_can_not_be_had_is_told(
    world: World, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULSE_GOOD")
    world.look()
    assert world.after(1) == []
    assert log == ["the ping address was not called: env:PULSE_GOOD: this variable is not set"]


def test_a_ledger_that_can_not_be_written_is_not_well(home: Path) -> None:
    home.mkdir(mode=0o700)
    with Ledger.open(home / "ledger.db", busy_seconds=0.05) as ledger:
        assert wrong_with([], ledger, Home(home)) is None
        assert ledger.leases.held() == frozenset()
        holder = sqlite3.connect(home / "ledger.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        assert "Another process keeps it locked" in (wrong_with([], ledger, Home(home)) or "")
        holder.close()
        assert wrong_with([], ledger, Home(home)) is None


def test_a_full_disk_is_not_well(home: Path, ledger: Ledger) -> None:
    assert wrong_with([], ledger, Home(home), lambda _: 50_000_000) is None
    wrong = wrong_with([], ledger, Home(home), lambda _: 49_999_999)
    assert wrong == f"the disk of {home} is full"
