"""What is printed arrives, whatever the other side can hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runner.cli.progress import Progress
from tests.cli.conftest import CONFIG


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "euc-jp", "utf-8"])
def test_a_sign_that_standard_output_can_not_hold(encoding: str, tmp_path: Path) -> None:
    title = "é期😀"
    (tmp_path / "config.yaml").write_text(CONFIG.replace("祖母の電話", title), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "runner", "status", "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": encoding, "KIGEN_HOME": str(tmp_path / "home")},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    lines = json.loads(done.stdout.decode(encoding))
    assert title in json.dumps(lines, ensure_ascii=False)


CLOSED = [(0,), (1,), (2,), (0, 1, 2)]


@pytest.mark.parametrize("closed", CLOSED, ids=lambda closed: "and".join(map(str, closed)))
def test_a_standard_stream_that_is_closed(closed: tuple[int, ...], workspace: Path) -> None:
    """As `kigen … 2>&-` in a crontab: it does what it is told, and ends as it would."""
    shell = "".join(f" {number}>&-" for number in closed)
    program = f'exec "$0" -m runner "$@"{shell}'
    done = subprocess.run(
        ["sh", "-c", program, sys.executable, "status", "--json"], capture_output=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert (1 in closed) or json.loads(done.stdout)


FULL = Path("/dev/full")
only_where_full = pytest.mark.skipif(not FULL.exists(), reason="only Linux has a full device")


@only_where_full
def test_standard_output_on_a_full_disk(workspace: Path) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "runner", "status"],
            env={**os.environ, "PYTHONUNBUFFERED": ""},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr == "standard output can't be written: No space left on device\n"


@only_where_full
def test_progress_on_a_full_disk_stops_no_run() -> None:
    with FULL.open("w") as full:
        progress = Progress(full)
        progress.say("one")
        progress.say("two")
