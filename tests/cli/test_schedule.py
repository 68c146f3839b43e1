"""`kigen schedule`: what comes next, and what starts it without a daemon."""

from __future__ import annotations

import os
import plistlib
import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from runner.cli.units import Program, units
from runner.ledger.ledger import Ledger
from tests.cli.conftest import Kigen, read


def test_the_next_ten_runs_in_order(workspace: Path, ledger: Ledger, kigen: Kigen) -> None:
    """The first account runs daily at 09:30 in Tokyo, the second by hand only."""
    ledger.runs.end(
        ledger.runs.start("first", "docomo", trigger="due", deadline_at=datetime.now(UTC)).id,
        outcome="nothing_due",
    )
    said = kigen("schedule", "--json")
    found = said.json()
    moments = [datetime.fromisoformat(one["at"]) for one in found]
    assert len(found) == 10
    assert {(one["account"], one["why"]) for one in found} == {("first", "due")}
    assert {(at.hour, at.minute) for at in moments} == {(0, 30)}
    assert [late - early for early, late in pairwise(moments)] == [timedelta(days=1)] * 9
    shown = kigen("schedule", "--count", "2")
    assert shown.out.count("first") == 2 + 1  # and in the heading
    assert "second has no schedule" in shown.err


def test_what_is_overdue_comes_now(workspace: Path, ledger: Ledger, kigen: Kigen) -> None:
    read(ledger, "second", "090-2", 9)
    config = workspace / "config.yaml"
    config.write_text(config.read_text().replace("daily at 09:30", "every 6 hours"))
    first, second = kigen("schedule", "--count", "2", "--json").json()
    assert datetime.now(UTC) - datetime.fromisoformat(first["at"]) < timedelta(minutes=5)
    assert second["why"] == "due"
    assert kigen("schedule", "--account", "second").out.startswith("Nothing runs by itself")


@pytest.mark.parametrize("by", ["systemd", "cron", "launchd", "github-actions"])
def test_units_are_printed_and_never_overwritten(
    workspace: Path, kigen: Kigen, tmp_path: Path, by: str
) -> None:
    printed = kigen("schedule", "install", by)
    assert printed.code == 0
    assert "run due" in printed.out or ">due<" in printed.out or '"run" "due"' in printed.out
    folder = tmp_path / "units"
    assert kigen("schedule", "install", by, "--to", str(folder)).code == 0
    (file, *_) = sorted(folder.iterdir())
    file.write_text("my own")
    again = kigen("schedule", "install", by, "--to", str(folder))
    assert (again.code, file.read_text()) == (2, "my own")
    assert "--force" in again.err
    assert kigen("schedule", "install", by, "--to", str(folder), "--force").code == 0
    assert file.read_text() != "my own"


def test_a_line_of_cron_has_no_file(workspace: Path, kigen: Kigen) -> None:
    said = kigen("schedule", "install", "cron", "--write")
    assert (said.code, "crontab -" in said.err) == (2, True)
    assert kigen("schedule", "install", "cron", "--serve").code == 2


def test_what_systemd_is_told_runs(workspace: Path, home: Path, kigen: Kigen) -> None:
    config = workspace / "config.yaml"
    config.write_text(config.read_text().replace("    schedule: daily at 09:30\n", ""))
    text = kigen("schedule", "install", "systemd").out
    line = next(line for line in text.splitlines() if line.startswith("ExecStart="))
    done = subprocess.run(
        shlex.split(line.removeprefix("ExecStart=")),
        env={**os.environ, "KIGEN_HOME": str(home)},
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")  # cron would mail it
    assert f'Environment="KIGEN_HOME={home}"' in text


def test_signs_that_mean_something_elsewhere() -> None:
    odd = Program("/opt/py", Path('/a b/100%/"$HOME"&<'), Path("/home/$x"))
    service = units("systemd", odd, serve=True).text()
    assert '"/a b/100%%/\\"$$HOME\\"&<"' in service
    assert 'Environment="KIGEN_HOME=/home/$x"' in service
    words = plistlib.loads(units("launchd", odd, serve=False).text().encode())["ProgramArguments"]
    assert words == odd.words("run", "due")
    line = units("cron", odd, serve=False).text()
    assert shlex.split(line.replace("\\%", "%"))[-3:] == [str(odd.workspace), "run", "due"]
    workflow = yaml.safe_load(units("github-actions", odd, serve=False).text())
    assert workflow["jobs"]["due"]["runs-on"] == "self-hosted"
    assert workflow["concurrency"]["cancel-in-progress"] is False
