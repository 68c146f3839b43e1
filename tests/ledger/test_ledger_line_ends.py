"""How each line ended in a run: kept with the run's own end, and found quickly."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from runner.ledger.errors import AlreadyEnded
from runner.ledger.ledger import Ledger
from runner.ledger.line_ends import Ends
from runner.ledger.records import LineEnd, Run
from runner.ledger.tables import line_ends, runs
from tests.ledger.conftest import Clock


def ended(ledger: Ledger, clock: Clock, ends: Ends, account: str = "au") -> Run:
    """A run that began a minute after the last one, and ended so for its lines."""
    clock.forward(minutes=1)
    run = ledger.runs.start(account, "au", trigger="due", deadline_at=clock())
    return ledger.runs.end(run.id, outcome="renewed", lines=ends)


def test_each_line_keeps_its_own_end(ledger: Ledger, clock: Clock) -> None:
    first = ended(ledger, clock, {"watch": ("renewed", "paid"), "car": ("needs_you", None)})
    later = ended(ledger, clock, {"car": ("nothing_due", "nothing is due")})
    watch = LineEnd(first.id, "au", "watch", "renewed", "paid")
    assert ledger.line_ends.latest() == {
        ("au", "watch"): watch,
        ("au", "car"): LineEnd(later.id, "au", "car", "nothing_due", "nothing is due"),
    }
    found = ledger.line_ends.since("au", first.started_at)
    assert found[first.id] == {
        "watch": watch, "car": LineEnd(first.id, "au", "car", "needs_you", None)
    }  # fmt: skip
    assert set(ledger.line_ends.since("au", later.started_at)) == {later.id}
    assert ledger.line_ends.since("docomo", first.started_at) == {}


def test_what_is_no_outcome_is_refused_and_ends_nothing(ledger: Ledger, run: Run) -> None:
    with pytest.raises(ValueError, match="great"):
        ledger.runs.end(run.id, outcome="renewed", lines={"main": ("great", "")})
    assert ledger.runs.get(run.id).ended_at is None


def test_a_run_that_has_its_end_changes_no_line(ledger: Ledger, run: Run) -> None:
    ledger.runs.end(run.id, outcome="renewed", lines={"main": ("renewed", "paid")})
    with pytest.raises(AlreadyEnded):
        ledger.runs.end(run.id, outcome="failed", lines={"other": ("failed", "")})
    assert [end.outcome for end in ledger.line_ends.latest().values()] == ["renewed"]


def test_a_run_that_ends_late_does_not_hide_a_newer_one(ledger: Ledger, clock: Clock) -> None:
    clock.forward(minutes=1)
    slow = ledger.runs.start("au", "au", trigger="due", deadline_at=clock())
    ledger.runs.close_abandoned("au")
    assert ledger.line_ends.latest() == {}
    newer = ended(ledger, clock, {"watch": ("nothing_due", "")})
    ledger.runs.end(slow.id, outcome="renewed", lines={"watch": ("renewed", "paid")})
    assert ledger.line_ends.latest()["au", "watch"].run_id == newer.id
    assert ledger.line_ends.since("au", slow.started_at)[slow.id]["watch"].outcome == "renewed"


def test_the_newest_ends_are_quick_however_long_the_history(ledger: Ledger, clock: Clock) -> None:
    lines, each = 100, 50
    with ledger._database.write() as connection:
        for day in range(each):
            at = clock() - timedelta(days=each - day)
            ids = [f"{day:05d}{number:05d}" for number in range(lines)]
            connection.execute(insert(runs), [_run(id, at) for id in ids])
            connection.execute(
                insert(line_ends),
                [
                    {"run_id": id, "account": f"a{number}", "line": "main", "outcome": "renewed",
                     "message": "paid", "latest": day == each - 1}
                    for number, id in enumerate(ids)
                ],
            )  # fmt: skip
    took = []
    for _ in range(5):
        began = time.process_time()
        assert len(ledger.line_ends.latest()) == lines
        took.append(time.process_time() - began)
    assert min(took) < 0.02


def _run(id: str, at: datetime) -> dict[str, object]:
    return {
        "id": id, "account": "a", "flow": "au", "trigger": "due", "started_at": at,
        "deadline_at": at, "dry_run": False, "ended_at": at, "outcome": "renewed",
        "read_only": False, "traced": False,
    }  # fmt: skip
