"""The memory of a process and of all that it has started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runner.browser.footprint import family, footprint

MEGABYTE = 1_000_000


def test_a_family_is_all_that_is_below() -> None:
    assert family(2, {1: 0, 2: 1, 3: 2, 4: 3, 5: 1, 6: 2}) == {2, 3, 4, 6}
    assert family(9, {1: 0}) == {9}


def write(proc: Path, pid: int, parent: int, name: str, kilobytes: int | None) -> None:
    folder = proc / str(pid)
    folder.mkdir(parents=True)
    (folder / "stat").write_text(f"{pid} ({name}) S {parent} 1 1 0 -1")
    if kilobytes is not None:
        (folder / "smaps_rollup").write_text(f"Rss: 99999 kB\nPss: {kilobytes} kB\n")


def test_shares_of_shared_pages_are_added_up(tmp_path: Path) -> None:
    (tmp_path / "self").mkdir()
    write(tmp_path, 10, 1, "worker", 1000)
    write(tmp_path, 11, 10, "a (strange) name", 200)
    write(tmp_path, 12, 11, "node", 30)
    write(tmp_path, 13, 10, "zombie", None)
    write(tmp_path, 14, 1, "another", 5000)
    assert footprint(10, tmp_path) == 1230 * 1024
    (tmp_path / "12" / "stat").unlink()  # it has ended meanwhile
    assert footprint(10, tmp_path) == 1200 * 1024


@pytest.mark.parametrize("proc", [Path("/proc"), Path("/no/proc/here")])
def test_this_process_and_its_child(proc: Path) -> None:
    if not proc.exists() and not Path("/bin/ps").exists():
        pytest.skip("nobody here tells how much memory processes take")
    words = [sys.executable, "-SEc", "x = b'x' * 50_000_000; print(flush=True); input()"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        alone, both = footprint(child.pid, proc), footprint(os.getpid(), proc)
        assert alone is not None
        assert both is not None
        assert both - alone > 5 * MEGABYTE
        assert alone > 50 * MEGABYTE
        child.communicate(b"\n")
