"""The bench for attacks: one portal and one machine for all tests of a process."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.sandbox import control
from tests.chaos.bench import Bench
from tests.e2e.world import World

_SET_CHILD_SUBREAPER = 36


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if sys.platform != "linux":
        skip = pytest.mark.skip(reason="the attacks look at processes as Linux shows them")
        for item in items:
            if "tests/chaos/" in str(item.path.as_posix()):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def workbench(
    served_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Bench:
    return make_bench(served_home, served_home, tmp_path_factory.mktemp("chaos"))


@pytest.fixture
def bench(workbench: Bench) -> Iterator[Bench]:
    """A machine that has signed in and read once; its line is due."""
    workbench.fresh()
    workbench.look_around()
    # Orphans become children of this process meanwhile, so that none is overlooked.
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield workbench
        workbench.put_down()
        workbench.nothing_runs()
    finally:
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


@pytest.fixture
def hurried(bench: Bench) -> Iterator[Bench]:
    """The same, with little patience for what is not there."""
    bench.world.hurry()
    yield bench
    shutil.rmtree(bench.world.folder / "flows")


@pytest.fixture
def small_disk(bench: Bench, tmp_path: Path) -> Iterator[Bench]:
    """The same, on a disk of its own with room for eight megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "kigen", str(disk)]
    if subprocess.run(words, capture_output=True).returncode:
        pytest.skip("only root may mount the small disk that this fills")
    (disk / "sandbox").symlink_to(bench.world.home / "sandbox")
    try:
        yield bench.moved_to(disk)
    finally:
        bench.nothing_runs()
        subprocess.run(["umount", "-l", str(disk)], check=True)


def make_bench(home: Path, portal: Path, folder: Path) -> Bench:
    """A machine with its state in `home`, at a portal with its books in `portal`."""
    known = control.secrets(portal, "docomo")
    environment = dict(os.environ) | {
        "KIGEN_HOME": str(home),
        "PRACTICE_ID": known["id"],
        "PRACTICE_PASSWORD": known["password"],
    }
    world = World(folder / "workspace", home, environment)
    world.config["credentials"] = {"id": "env:PRACTICE_ID", "password": "env:PRACTICE_PASSWORD"}
    (folder / "kept").mkdir()
    bench = Bench(world, portal, folder)
    bench.warm_up()
    return bench
