from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from runner.ledger.errors import AlreadyEnded, NoSuchEntry, Refused
from runner.ledger.ledger import Ledger
from runner.ledger.records import OUTCOMES
from runner.ledger.tables import runs


def _start(ledger: Ledger, clock, account: str = "docomo"):
    return ledger.runs.start(
        account, "docomo", trigger="hand", deadline_at=clock() + timedelta(minutes=5)
    )


def test_a_run_is_started_and_ended_once(ledger: Ledger, clock) -> None:
    run = ledger.runs.start(
        "docomo",
        "docomo",
        trigger="due",
        deadline_at=clock() + timedelta(minutes=5),
        dry_run=True,
        traced=True,
        evidence="evidence/1",
    )
    assert (run.ended_at, run.outcome, run.dry_run, run.read_only) == (None, None, True, False)
    clock.forward(seconds=61.5)
    ended = ledger.runs.end(run.id, outcome="read_only", message="Fine.")
    assert (ended.outcome, ended.seconds, ended.ended_at) == ("read_only", 61.5, clock())
    assert ended.evidence == "evidence/1"
    with pytest.raises(AlreadyEnded, match="already ended as read_only"):
        ledger.runs.end(run.id, outcome="failed")
    assert ledger.runs.get(run.id) == ended


def test_a_run_that_waits_for_its_owner_has_a_later_deadline(ledger: Ledger, clock, run) -> None:
    later = clock() + timedelta(minutes=20)
    ledger.runs.put_off(run.id, later)
    assert ledger.runs.get(run.id).deadline_at == later


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_of_the_list_is_kept(ledger: Ledger, run, outcome: str) -> None:
    assert ledger.runs.end(run.id, outcome=outcome).outcome == outcome


def test_no_other_outcome_is_accepted_by_program_or_database(ledger: Ledger, run) -> None:
    with pytest.raises(ValueError, match="'great' is not an outcome"):
        ledger.runs.end(run.id, outcome="great")
    wrong = update(runs).values(outcome="great", ended_at=run.started_at)
    with pytest.raises(Refused), ledger._database.write() as connection:
        connection.execute(wrong)


def test_an_unknown_run_is_named(ledger: Ledger) -> None:
    with pytest.raises(NoSuchEntry, match="no run 'nope'"):
        ledger.runs.end("nope", outcome="failed")


def test_ids_sort_by_time(ledger: Ledger, clock) -> None:
    ids = []
    for _ in range(5):
        ids.append(_start(ledger, clock).id)
        clock.forward(milliseconds=1)
    assert ids == sorted(ids)
    assert {len(id) for id in ids} == {32}


def test_last_and_list(ledger: Ledger, clock) -> None:
    assert ledger.runs.last("docomo") is None
    first = _start(ledger, clock)
    clock.forward(seconds=1)
    second = _start(ledger, clock)
    clock.forward(seconds=1)
    other = _start(ledger, clock, "softbank")
    assert ledger.runs.last("docomo") == second
    assert ledger.runs.last_of_each() == {"docomo": second, "softbank": other}
    assert ledger.runs.list() == [other, second, first]
    assert ledger.runs.list("docomo", limit=1) == [second]


def test_runs_that_were_cut_off_are_closed_for_their_account_alone(ledger: Ledger, clock) -> None:
    done = _start(ledger, clock)
    ledger.runs.end(done.id, outcome="nothing_due")
    cut_off, mine = _start(ledger, clock), _start(ledger, clock)
    other = _start(ledger, clock, "softbank")
    [closed] = ledger.runs.close_abandoned("docomo", keep=mine.id)
    assert (closed.id, closed.outcome, closed.seconds) == (cut_off.id, "failed", None)
    assert "cut off" in closed.message
    assert ledger.runs.get(mine.id).ended_at is None
    assert ledger.runs.get(other.id).ended_at is None
    assert ledger.runs.get(done.id).outcome == "nothing_due"
    assert ledger.runs.close_abandoned("docomo", keep=mine.id) == []
    ended = ledger.runs.end(cut_off.id, outcome="busy", message="it was only slow")
    assert (ended.outcome, ended.message) == ("busy", "it was only slow")
    with pytest.raises(AlreadyEnded):
        ledger.runs.end(cut_off.id, outcome="renewed")


def test_times_without_a_zone_are_refused(ledger: Ledger, clock) -> None:
    with pytest.raises(Exception, match="without a zone"):
        ledger.runs.start(
            "docomo", "docomo", trigger="hand", deadline_at=clock().replace(tzinfo=None)
        )
