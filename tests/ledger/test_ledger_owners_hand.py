"""Pauses, wishes for runs, and letters put away: what an owner sets in motion or holds up."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta

import pytest

from runner.ledger.errors import AlreadyAsked, NoSuchEntry
from runner.ledger.ledger import Ledger
from runner.ledger.pauses import ITS_DATE
from runner.ledger.tables import pauses as table
from runner.ledger.wishes import LIFE

SPAWN = multiprocessing.get_context("spawn")


def test_a_pause_holds_until_it_is_ended(ledger: Ledger, clock) -> None:
    (made,) = ledger.pauses.begin("docomo", ["090"], by="kigen pause")
    clock.forward(days=900)
    assert ledger.pauses.now() == {("docomo", "090"): made}
    assert ledger.pauses.of("docomo", "080") is None
    assert ledger.pauses.end("docomo", ["080", "090"], by="dashboard") == ["090"]
    assert ledger.pauses.now() == {}
    assert ledger.pauses.end("docomo", ["090"], by="dashboard") == []


def test_a_pause_with_a_date_is_over_by_itself(ledger: Ledger, clock) -> None:
    ledger.pauses.begin("docomo", ["090"], by="kigen pause", until=clock() + timedelta(days=3))
    clock.forward(days=3, seconds=-1)
    assert ledger.pauses.of("docomo", "090")
    clock.forward(seconds=1)
    assert ledger.pauses.of("docomo", "090") is None
    assert ledger.pauses.end("docomo", ["090"], by="dashboard") == [], "it was over"


def test_pausing_again_sets_another_end_and_all_is_kept(ledger: Ledger, clock) -> None:
    until = clock() + timedelta(days=3)
    ledger.pauses.begin("docomo", ["090"], by="kigen pause", until=until)
    clock.forward(hours=1)
    ledger.pauses.begin("docomo", ["090"], by="dashboard")
    assert ledger.pauses.now()["docomo", "090"].until is None
    clock.forward(hours=1)
    ledger.pauses.begin("docomo", ["090"], by="dashboard", until=until)
    clock.forward(days=4)
    ledger.pauses.begin("docomo", ["090"], by="dashboard")
    with ledger._database.read() as connection:
        rows = connection.execute(table.select().order_by(table.c.id)).all()
    assert [row.ended_by for row in rows] == ["dashboard", "dashboard", ITS_DATE, None]
    assert rows[2].ended_at == until


def test_a_wish_waits_until_its_run_begins(ledger: Ledger, clock) -> None:
    wish = ledger.wishes.add("docomo", by="dashboard", dry_run=True)
    assert ledger.wishes.open() == {"docomo": wish}
    with pytest.raises(AlreadyAsked):
        ledger.wishes.add("docomo", by="dashboard")
    run = ledger.runs.start(
        "docomo", "docomo", trigger="asked", deadline_at=clock(), dry_run=True, wish=wish.id
    )
    assert ledger.wishes.open() == {}
    assert ledger.wishes.get(wish.id).run_id == run.id
    ledger.runs.start(
        "docomo", "docomo", trigger="asked", deadline_at=clock(), dry_run=True, wish=wish.id
    )
    assert ledger.wishes.get(wish.id).run_id == run.id, "the first run has it"
    assert ledger.runs.last_turns() == {}, "a dry run is no turn"


def test_a_wish_that_nobody_fulfils_is_forgotten(ledger: Ledger, clock) -> None:
    old = ledger.wishes.add("docomo", by="dashboard")
    clock.forward(seconds=LIFE.total_seconds())
    assert ledger.wishes.open() == {}
    new = ledger.wishes.add("docomo", by="dashboard")
    assert ledger.wishes.open() == {"docomo": new}
    with pytest.raises(NoSuchEntry, match="no wish"):
        ledger.wishes.get(old.id)


def _wish(where: str, barrier, answers) -> None:
    with Ledger.open(where) as ledger:
        barrier.wait()
        try:
            answers.put(ledger.wishes.add("docomo", by="dashboard").id)
        except AlreadyAsked:
            answers.put(None)


def test_two_who_wish_at_once_get_one_run(where: str, ledger: Ledger) -> None:
    barrier, answers = SPAWN.Barrier(2), SPAWN.Queue()
    children = [SPAWN.Process(target=_wish, args=(where, barrier, answers)) for _ in range(2)]
    for child in children:
        child.start()
    made = [answers.get(timeout=60) for _ in children]
    for child in children:
        child.join()
    assert len([one for one in made if one]) == 1


def test_runs_are_paged_and_filtered(ledger: Ledger, clock) -> None:
    made = []
    for number in range(7):
        clock.forward(minutes=1)
        name = "docomo" if number % 2 else "povo"
        run = ledger.runs.start(name, name, trigger="due", deadline_at=clock())
        ledger.runs.end(run.id, outcome="failed" if number < 3 else "renewed")
        made.insert(0, run.id)
    first = ledger.runs.list(limit=3)
    assert [run.id for run in first] == made[:3]
    rest = ledger.runs.list(limit=9, before=first[-1].id)
    assert [run.id for run in rest] == made[3:]
    assert {run.outcome for run in ledger.runs.list(outcome="failed")} == {"failed"}
    assert len(ledger.runs.list("povo", outcome="failed")) == 2


def _given_up(ledger: Ledger):
    letter = ledger.outbox.put("k", "renewed", target="phone", payload={"a": 1}, account="docomo")
    claimed = ledger.outbox.claim(letter.id, 60)
    return ledger.outbox.give_up(claimed, "no such number")


def test_a_letter_that_was_given_up_goes_out_again_once(ledger: Ledger, clock) -> None:
    letter = _given_up(ledger)
    new = ledger.outbox.again(letter, by="dashboard")
    assert ledger.outbox.again(letter, by="dashboard") == new
    assert (new.state, new.payload, new.account) == ("waiting", {"a": 1}, "docomo")
    assert [one.id for one in ledger.outbox.list()] == [new.id]
    kept = ledger.outbox.get(letter.id)
    assert (kept.state, kept.put_away_by, kept.put_away_at) == ("given_up", "dashboard", clock())


def test_a_letter_that_waits_goes_out_at_once_unless_it_is_on_its_way(
    ledger: Ledger, clock
) -> None:
    letter = ledger.outbox.put("k", "renewed", target="phone", payload={})
    claimed = ledger.outbox.claim(letter.id, 60)
    assert ledger.outbox.again(claimed, by="dashboard").claimed_until is not None
    failed = ledger.outbox.failed(claimed, "no network", clock() + timedelta(hours=6))
    assert ledger.outbox.again(failed, by="dashboard").next_at == clock()


def test_what_is_put_away_is_not_shown(ledger: Ledger) -> None:
    letter = _given_up(ledger)
    assert ledger.outbox.put_away(letter, by="dashboard")
    assert not ledger.outbox.put_away(letter, by="dashboard")
    assert ledger.outbox.list() == []


def test_a_letter_that_is_tried_again_and_again_is_put_away_between_two_attempts(
    ledger: Ledger, clock
) -> None:
    letter = ledger.outbox.put("k", "renewed", target="phone", payload={})
    assert not ledger.outbox.put_away(letter, by="dashboard"), "it has not failed"
    claimed = ledger.outbox.claim(letter.id, 60)
    ledger.outbox.failed(claimed, "no network", clock())
    claimed = ledger.outbox.claim(letter.id, 60)
    assert not ledger.outbox.put_away(letter, by="dashboard"), "it is being sent"
    ledger.outbox.failed(claimed, "no network", clock())
    assert ledger.outbox.put_away(letter, by="dashboard")
    assert ledger.outbox.list() == []
    assert ledger.outbox.claim(letter.id, 60) is None
