"""A run on which its owner looks keeps its timeline with every step."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from runner.page.evidence import Evidence
from runner.values.secret import Redactor, Secret

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def evidence(folder: Path, *, watched: bool = True) -> Evidence:
    redactor = Redactor()
    redactor.add(Secret("hunter2-secret"))
    return Evidence(folder, redactor, lambda: NOW, watched=watched)


def test_the_steps_so_far_are_there_and_hold_no_secret(tmp_path: Path) -> None:
    kept = evidence(tmp_path / "run")
    first = kept.begin("login[0]", "goto", 3)
    kept.end(first, 0.5, "ok", "typed hunter2-secret")
    kept.begin("login[1]", "click", 4)
    steps = json.loads((tmp_path / "run/steps.json").read_text())
    assert [step["status"] for step in steps] == ["ok", "running"]
    assert steps[0]["note"] == "typed •••"


def test_a_code_that_stands_within_a_number_leaves_the_file_whole(tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.add(Secret("645885"))
    kept = Evidence(tmp_path / "run", redactor, lambda: NOW)
    kept.end(kept.begin("login[0]", "goto", 3), 0.045645885004, "ok", None)
    kept.keep_timeline()
    assert json.loads((tmp_path / "run/steps.json").read_text())[0]["seconds"] == 0.046


def test_nobody_looks_on_otherwise(tmp_path: Path) -> None:
    evidence(tmp_path / "run", watched=False).begin("login[0]", "goto", 3)
    assert not (tmp_path / "run").exists()


def test_a_timeline_that_can_t_be_kept_ends_no_run(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file is in the way")
    kept = evidence(tmp_path / "run")
    kept.end(kept.begin("login[0]", "goto", 3), 0.5, "ok", "\ud800")
    kept.begin("login[1]", "click", 4)
    assert len(kept.steps) == 2
