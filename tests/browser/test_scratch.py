"""The place of raw traces: private, in memory where that can be, and outlived by nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from runner.browser.scratch import IN_MEMORY, scratch, watched
from tests.browser.processes import wait_until

PROGRAM = """
import sys, time
from pathlib import Path
from runner.browser.scratch import scratch, watched
with scratch((Path(sys.argv[1]),)) as folder:
    (folder / "raw").write_text("secret")
    if sys.argv[2] == "watched":
        with watched(folder):
            print(folder, flush=True)
            time.sleep(60)
    print(folder, flush=True)
    time.sleep(60)
"""


def start(place: Path, how: str) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(place), how], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_it_is_for_its_owner_alone_and_goes(tmp_path: Path) -> None:
    with scratch((tmp_path,)) as folder, watched(folder):
        (folder / "raw").write_text("secret")
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not IN_MEMORY.is_dir(), reason="this system has no such place in memory")
def test_it_is_in_memory_where_there_is_room() -> None:
    with scratch() as folder:
        assert folder.parent == IN_MEMORY


def test_it_is_elsewhere_where_there_is_none(tmp_path: Path) -> None:
    with scratch((tmp_path / "none", tmp_path)) as folder:
        assert folder.parent == tmp_path


def test_a_killed_run_leaves_nothing(tmp_path: Path) -> None:
    process, folder = start(tmp_path, "watched")
    assert (folder / "raw").exists()
    kill(process)
    assert wait_until(lambda: not folder.exists())


def test_what_a_stopped_machine_left_goes_with_the_next_run(tmp_path: Path) -> None:
    process, folder = start(tmp_path, "alone")
    kill(process)
    assert (folder / "raw").exists()
    with scratch((tmp_path,)) as mine:
        assert list(tmp_path.iterdir()) == [mine]


def test_the_folder_of_a_run_that_lives_is_left_alone(tmp_path: Path) -> None:
    process, folder = start(tmp_path, "alone")
    try:
        with scratch((tmp_path,)):
            assert (folder / "raw").exists()
    finally:
        kill(process)
