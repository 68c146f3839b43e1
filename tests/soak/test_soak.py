"""A short soak: the daemon with real runs, and what is left of it. The long one is in docs/soak.md."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
A_RUN = 60_000
"""Bytes by which the daemon may grow with each run while it is young. Garbage that nobody collects
takes twice as much."""


@pytest.mark.nightly
@pytest.mark.browser
@pytest.mark.skipif(sys.platform != "linux", reason="this looks at processes as Linux shows them")
def test_three_minutes_leave_nothing(tmp_path: Path) -> None:
    out = tmp_path / "soak.json"
    done = subprocess.run(
        [
            *(sys.executable, str(ROOT / "benchmarks" / "soak.py")),
            *("--hours", "0.05", "--runs", "25", "--at-most", "0.3", "--warm-up", "0.5"),
            *("--home", str(tmp_path / "soak"), "--out", str(out)),
        ],
        capture_output=True,
        text=True,
        timeout=1800,
    )
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    found = json.loads(out.read_text())
    assert found["passed"], told
    assert found["runs"] >= 25, told
    ended = found["left"].pop("outcomes")
    assert set(ended) <= {"renewed", "nothing_due", "read_only", "unreachable"}, told
    assert set(found["left"].pop("answers")) == {"200"}, told
    assert found["left"] == {"exit_code": 0, "processes": [], "leases": [], "scraps": []}
    assert not any(sample["ended"] for sample in found["samples"][-2:]), told
    warm = [one for one in found["samples"] if one["at"] >= 60]
    first, last = warm[0], warm[-1]
    grown = last["kinds"]["serve"]["resident"] - first["kinds"]["serve"]["resident"]
    runs = sum(last["outcomes"].values()) - sum(first["outcomes"].values())
    assert grown < A_RUN * runs, told
    assert last["blocks"] > 100_000, told
    assert out.with_suffix(".svg").read_text().startswith("<svg")
