"""Old evidence makes room, the newest run's never."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from runner.renewal.pruning import prune
from tests.renewal.conftest import Clock


def folder(where: Path, name: str, clock: Clock, *, days: float, size: int = 100) -> Path:
    made = where / name
    made.mkdir()
    (made / "report.html").write_bytes(b"x" * size)
    when = clock().timestamp() - days * 86400
    os.utime(made, (when, when))
    return made


def test_by_age_and_the_newest_stays(tmp_path: Path, clock: Clock) -> None:
    for name, days in (("a", 100), ("b", 91), ("c", 89)):
        folder(tmp_path, name, clock, days=days)
    assert prune(tmp_path, keep=timedelta(days=90), at_most=10**9, clock=clock) == ["a", "b"]
    assert prune(tmp_path, keep=timedelta(days=1), at_most=10**9, clock=clock) == []
    assert [run.name for run in tmp_path.iterdir()] == ["c"]


def test_by_size_the_oldest_first(tmp_path: Path, clock: Clock) -> None:
    for name, days in (("a", 3), ("b", 2), ("c", 1)):
        folder(tmp_path, name, clock, days=days, size=1000)
    assert prune(tmp_path, keep=timedelta(days=90), at_most=2500, clock=clock) == ["a"]


def test_without_a_folder_there_is_nothing_to_do(tmp_path: Path, clock: Clock) -> None:
    assert prune(tmp_path / "none", keep=timedelta(days=1), at_most=1, clock=clock) == []
