"""A daemon's settings: read again when they change, and the last good ones kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from loguru import logger

from runner.config.live import Settings
from runner.config.workspace import Workspace
from tests.cli.conftest import Kigen

CALLING = """\
flow: docomo
title: Own
hosts: [own.example.jp]
needs: {id: text, password: secret}
signals: {signed_in: {visible: out}}
login: [{goto: "https://own.example.jp/"}]
read: [{call: own_step}]
"""


@pytest.fixture
def log() -> Iterator[list[str]]:
    lines: list[str] = []
    sink = logger.add(lines.append, format="{level} {message}")
    yield lines
    logger.remove(sink)


def names(settings: Settings) -> list[str]:
    return [account.name for account, _ in settings.accounts]


def test_the_last_good_version_holds(workspace: Path) -> None:
    config = workspace / "config.yaml"
    settings, good = Settings(Workspace.open(workspace)), config.read_text()
    config.write_text(good.replace("second:", "third:"))
    settings.refresh()
    assert names(settings) == ["first", "third"]
    for wrong in ("accounts: [", good.replace("flow: docomo", "flow: docmo"), ""):
        config.write_text(wrong)
        settings.refresh()
        assert names(settings) == ["first", "third"]
    config.unlink()
    settings.refresh()
    assert names(settings) == ["first", "third"]
    config.write_text(good.replace("Asia/Tokyo", "Europe/Berlin"))
    settings.refresh()
    assert (names(settings), settings.zone.key) == (["first", "second"], "Europe/Berlin")


def test_a_flow_of_ones_own_is_read_again(workspace: Path) -> None:
    settings = Settings(Workspace.open(workspace))
    before = settings.workspace
    settings.refresh()
    assert settings.workspace is before
    (workspace / "flows").mkdir()
    (workspace / "flows" / "docomo.yaml").write_text("flow: docomo\n")
    settings.refresh()
    assert settings.workspace is before  # it is wrong
    (workspace / "flows" / "docomo.yaml").unlink()
    settings.refresh()
    assert settings.workspace is not before


def test_what_has_changed_is_read_once(workspace: Path, log: list[str]) -> None:
    config = workspace / "config.yaml"
    settings = Settings(Workspace.open(workspace))
    config.write_text(config.read_text().replace("second:", "third:"))
    for _ in range(3):
        settings.refresh()
    assert log == ["INFO the settings have changed: 2 accounts\n"]


def test_a_daemon_begins_with_the_files_alone(workspace: Path, kigen: Kigen) -> None:
    config = workspace / "config.yaml"
    config.write_text(config.read_text().replace("lines:", "linse:", 1))
    said = kigen("serve")
    assert said.code == 2
    assert "linse:" in said.err
    assert "^^^^^" in said.err


def test_what_is_saved_before_it_is_first_looked_at_is_not_missed(workspace: Path) -> None:
    config = workspace / "config.yaml"
    opened = Workspace.open(workspace)
    config.write_text(config.read_text().replace("second:", "third:"))
    assert names(Settings(opened)) == ["first", "third"]


def test_files_that_were_wrong_are_read_again_though_they_look_the_same(workspace: Path) -> None:
    """As after a `chmod`, or where a folder was away for a while."""
    config = workspace / "config.yaml"
    settings, good = Settings(Workspace.open(workspace)), config.read_text()
    wrong = good.replace("accounts:", "acounts: ")
    config.write_text(wrong)
    settings.refresh()
    assert settings.trouble is not None
    seen = config.stat()
    config.write_text(good)
    os.utime(config, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    settings.refresh()
    assert settings.trouble is None


def test_mistakes_are_logged_once_and_say_that_runs_go_on(workspace: Path, log: list[str]) -> None:
    config = workspace / "config.yaml"
    settings = Settings(Workspace.open(workspace))
    config.write_text("accounts: [")
    for _ in range(3):
        settings.refresh()
    config.write_text("acounts:")
    settings.refresh()
    assert [line.split()[0] for line in log] == ["ERROR", "ERROR"]
    assert f"those of {settings.taken.astimezone(settings.zone):%Y-%m-%d %H:%M} hold" in log[0]
    assert "also for runs" in log[0]
    assert "^" in log[0]


def test_own_steps_are_part_of_the_settings(workspace: Path) -> None:
    for kind, text in (
        ("flows", CALLING),
        ("selectors", "site: docomo\nselectors: {out: {css: a}}\n"),
    ):
        (workspace / kind).mkdir()
        (workspace / kind / "docomo.yaml").write_text(text)
    code = workspace / "flows" / "docomo.py"
    code.write_text("async def own_step(page): ...\n")
    settings = Settings(Workspace.open(workspace))
    before = settings.workspace.texts
    code.write_text("async def own_st")
    settings.refresh()
    assert settings.trouble is not None
    assert settings.trouble.mistakes[0].file == str(code)
    assert settings.workspace.texts == before
    code.write_text("async def own_step(page): return 1\n")
    settings.refresh()
    assert settings.trouble is None
    assert settings.workspace.texts["flows/docomo.py"].endswith("return 1\n")


def test_what_nobody_has_thought_of_changes_nothing_and_shows_nothing(
    workspace: Path, log: list[str]
) -> None:
    settings = Settings(Workspace.open(workspace))
    (workspace / "config.yaml").write_text("a: " + "[" * 100_000 + "secret-word")
    settings.refresh()
    assert names(settings) == ["first", "second"]
    assert settings.trouble is not None
    assert "secret-word" not in str(log) + str(settings.trouble)
