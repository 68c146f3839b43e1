"""docs/providers.md is that of the flows and of the results; what says `sandbox` has been played there."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.flow.library import Library
from runner.sandbox.portals import NAMES
from tests.providers.page import COMMAND, FILE, ROOT, page, short_of
from tests.providers.record import PLAYED, Recorder, load

RECORD = "python -m pytest tests/e2e/test_NAME.py tests/e2e/test_dry_runs.py --record-proof"


def test_the_page_is_that_of_the_flows() -> None:
    now = FILE.read_text(encoding="utf-8") == page(load())  # a difference of pages explains nothing
    assert now, f"docs/providers.md is not current: run `{COMMAND}`"


def test_what_says_sandbox_has_been_played_to_a_good_end() -> None:
    library, results = Library([ROOT]), load()
    sites = [library.load(name) for name in library.names()]
    whole = [site for site in sites if not site.flow.helps]
    short = {
        site.flow.flow: why for site in sites if (why := short_of(site, results, whole)) is not None
    }
    assert short == {}, f"let their tests tell: `{RECORD}`, then `{COMMAND}`"


def test_what_says_sandbox_has_a_practice_portal() -> None:
    library = Library([ROOT])
    flows = [library.load(name).flow for name in library.names()]
    claims = {one.flow for one in flows if one.proved == "sandbox" and not one.helps}
    assert claims - set(NAMES) == set()


def test_the_results_are_of_tests_that_there_are() -> None:
    gone = {
        file for files in load().values() for file in files if not (ROOT / Path(file)).is_file()
    }
    assert gone == set(), "take them out of tests/providers/results.json"


def reported(recorder: Recorder, name: str, played: str, *, passed: bool = True) -> None:
    """What pytest tells of one test."""
    for when in ("setup", "call", "teardown"):
        outcome = "failed" if when == "call" and not passed else "passed"
        recorder.pytest_runtest_logreport(
            pytest.TestReport(
                nodeid=f"tests/e2e/{name}",
                location=("", 0, ""),
                keywords={},
                outcome=outcome,  # type: ignore[arg-type]
                longrepr=None,
                when=when,  # type: ignore[arg-type]
                user_properties=[(PLAYED, played)] if when == "teardown" else [],
            )
        )


def test_only_files_without_a_failure_are_results(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    first = Recorder(file)
    reported(first, "test_a.py::one", "docomo renewed | au read_only")
    reported(first, "test_a.py::two", "docomo changed")
    reported(first, "test_b.py::three", "au renewed")
    reported(first, "test_b.py::four", "au renewed", passed=False)
    first.pytest_sessionfinish()
    found = load(file)["docomo"]["tests/e2e/test_a.py"]
    assert (found["tests"], found["outcomes"]) == (2, ["changed", "renewed"])
    assert list(load(file)["au"]) == ["tests/e2e/test_a.py"]
    second = Recorder(file)
    reported(second, "test_a.py::one", "docomo renewed", passed=False)
    second.pytest_sessionfinish()
    assert load(file) == {}
