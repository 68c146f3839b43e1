"""What proves a flow on its live portal: a run that ended well there, with every line read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.config.model import Account
from runner.config.workspace import Workspace, shipped
from runner.flow.library import Library, Site
from runner.ledger.ledger import Ledger
from runner.renewal.outcome import LineResult, RunResult
from runner.renewal.proving import note_proof, reach_of

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def site() -> Site:
    return Library([shipped()]).load("docomo")


@pytest.fixture
def account() -> Account:
    return replace(Workspace.open(shipped()).accounts["docomo"], at="live")


def result(*outcomes: str, of_run: str | None = None) -> RunResult:
    lines = [
        LineResult(f"line {number}", outcome=outcome, reading={"days_left": 3})
        for number, outcome in enumerate(outcomes)
    ]
    return RunResult("docomo", "docomo", "docomo", NOW, outcome=of_run or outcomes[0], lines=lines)


@pytest.mark.parametrize(
    ("ended", "reach"),
    [
        (result("nothing_due"), "read"),
        (result("read_only", "nothing_due"), "read"),
        (result("renewed", "nothing_due"), "renewed"),
        (result("nothing_due", "changed", of_run="changed"), None),
        (result("renewal_pending"), None),
        (result("needs_you"), None),
        (result(of_run="read_only"), None),
    ],
    ids=str,
)
def test_what_is_a_proof(ended: RunResult, reach: str | None, account: Account, site: Site) -> None:
    assert reach_of(ended, account, site) == reach


def test_a_line_that_was_not_read_proves_nothing(account: Account, site: Site) -> None:
    ended = result("nothing_due", "nothing_due")
    ended.lines[1].reading = None
    assert reach_of(ended, account, site) is None


def test_the_practice_portal_is_no_live_portal(account: Account, site: Site) -> None:
    assert reach_of(result("renewed"), replace(account, at="sandbox"), site) is None


def test_it_is_kept_for_this_version(account: Account, site: Site, tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.db", clock=lambda: NOW) as ledger:
        run = ledger.runs.start("docomo", "docomo", trigger="hand", deadline_at=NOW)
        ended = result("renewed")
        ended.run_id = run.id
        note_proof(ledger, account, site, ended)
        found = {(proof.digest, proof.reach) for proof in ledger.proofs.list("docomo")}
    assert found == {(site.digest, "read"), (site.digest, "renewed")}


def test_a_ledger_that_can_not_be_written_does_not_end_the_run(
    account: Account, site: Site, tmp_path: Path
) -> None:
    with Ledger.open(tmp_path / "ledger.db", clock=lambda: NOW) as ledger:
        ended = result("renewed")
        ended.run_id = "a run that nobody has begun"
        note_proof(ledger, account, site, ended)
        assert ledger.proofs.list() == []
