"""A run of the daemon goes by the last good version of the settings, and by new ones at once."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from loguru import logger

from runner.cli.served_run import longest, play
from runner.cli.units import Program, units
from runner.cli.workers import Limits, Workers
from runner.config.home import Home
from runner.config.live import Settings
from runner.config.workspace import Workspace
from runner.renewal.deadline import OWNERS_TIME
from runner.schedule.agenda import Entry
from runner.schedule.clockwork import FAREWELL

STAND_IN = """
import json, os, sys
print(json.dumps({"begun": True}), flush=True)
job = sys.stdin.readline()
open(os.path.join(json.loads(job)["workspace"], "job"), "w").write(job)
print(json.dumps({"code": 0, "found": [], "memory": 1, "runs": 1, "last": True}), flush=True)
"""
"""Takes a job as a worker does, and leaves it beside config.yaml."""


def asked(settings: Settings) -> dict[str, Any]:
    """What a worker is asked for when the first account is due."""
    account, site = settings.accounts[0]
    entry = Entry(account, site.flow, datetime(2026, 11, 21, tzinfo=UTC), "due")
    folder = settings.workspace.folder

    async def go() -> None:
        home = Home(folder.parent / "home")
        async with Workers(home, most=1, program=("-SEc", STAND_IN)) as workers:
            await play(entry, settings, workers)

    asyncio.run(go())
    job: dict[str, Any] = json.loads((folder / "job").read_text())
    return job


@pytest.mark.parametrize("wrong", ["accounts: [", "", None], ids=["half", "empty", "gone"])
def test_while_the_files_are_wrong_it_plays_by_the_last_good_ones(
    workspace: Path, wrong: str | None
) -> None:
    config, told = workspace / "config.yaml", list[str]()
    settings, good = Settings(Workspace.open(workspace)), config.read_text()
    config.unlink()
    if wrong is not None:
        config.write_text(wrong)
    sink = logger.add(told.append, level="WARNING", format="{message}")
    job = asked(settings)
    logger.remove(sink)
    assert (job["account"], job["due"]) == ("first", True)
    assert job["texts"] == {"config.yaml": good}
    taken = f"{settings.taken.astimezone(settings.zone):%Y-%m-%d %H:%M}"
    assert told[-1].strip() == f"first: is played by the settings of {taken}"
    lowered = good.replace("timezone:", "caps: {day: 100 JPY}\ntimezone:")
    config.write_text(lowered)
    assert asked(settings)["texts"] == {"config.yaml": lowered}


def test_no_run_is_taken_for_one_that_hangs_while_its_owner_has_time(workspace: Path) -> None:
    config = workspace / "config.yaml"
    config.write_text(config.read_text() + "defaults: {deadline: 7 minutes, hand_off: true}\n")
    account, _ = Settings(Workspace.open(workspace)).accounts[0]
    assert account.hand_off is not None
    own = timedelta(minutes=7) + OWNERS_TIME + account.hand_off.wait
    assert longest(account) >= own + timedelta(minutes=1)


def test_service_managers_wait_until_runs_have_been_stopped_in_good_order() -> None:
    program = Program(sys.executable, Path("/workspace"), Path("/home"))
    text = units("systemd", program, serve=True).text()
    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)
    assert timedelta(seconds=int(seconds)) > FAREWELL + Limits().farewell
