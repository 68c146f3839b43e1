"""Test results by flow: which tests have played it from end to end, and to which outcomes.

`python -m pytest tests/e2e --record-proof` writes them down, for the files that it runs.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runner.config.home import Home
from runner.ledger.ledger import Ledger

FILE = Path(__file__).with_name("results.json")
PLAYED = "played"

Results = dict[str, dict[str, dict[str, Any]]]
"""Flow → test file → `tests` that passed, `outcomes` of its runs in them, and the day (`on`)."""


def load(file: Path = FILE) -> Results:
    """The results as they are kept."""
    found: Results = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


def note_played(item: pytest.Item, home: Path) -> None:
    """Tell with a test's report which flows it has played."""
    if not (home / "ledger.db").is_file():
        return
    with Ledger.open(Home(home).ledger) as ledger:
        runs = ledger.runs.list(limit=1000)
    played = sorted({f"{run.flow} {run.outcome}" for run in runs if run.outcome})
    item.user_properties.append((PLAYED, " | ".join(played)))


class Recorder:
    """A plugin that keeps what passed. Each test file's results replace those that it had; a file in
    which a test has failed proves nothing, and keeps none."""

    def __init__(self, file: Path = FILE) -> None:
        self._file = file
        self._passed: set[str] = set()
        self._failed: set[str] = set()
        self._found: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(
            lambda: {"tests": set(), "outcomes": set()}
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect: a test has passed when its call has, and is told of at its end."""
        if report.failed:
            self._failed.add(report.nodeid.split("::")[0])
        if report.when == "call" and report.passed:
            self._passed.add(report.nodeid)
        elif report.when == "teardown" and report.passed and report.nodeid in self._passed:
            for name, played in report.user_properties:
                if name == PLAYED and isinstance(played, str) and played:
                    self._note(report.nodeid, played)

    def pytest_sessionfinish(self) -> None:
        """Write the results down."""
        results = load(self._file)
        seen = {file for _, file in self._found} | self._failed
        for files in results.values():
            for file in seen & set(files):
                del files[file]
        for (flow, file), found in self._found.items():
            if file in self._failed:
                continue
            results.setdefault(flow, {})[file] = {
                "tests": len(found["tests"]),
                "outcomes": sorted(found["outcomes"]),
                "on": datetime.now(UTC).date().isoformat(),
            }
        kept = {flow: files for flow, files in results.items() if files}
        self._file.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")

    def _note(self, nodeid: str, played: str) -> None:
        for one in played.split(" | "):
            flow, outcome = one.split(" ")
            found = self._found[flow, nodeid.split("::")[0]]
            found["tests"].add(nodeid)
            found["outcomes"].add(outcome)
