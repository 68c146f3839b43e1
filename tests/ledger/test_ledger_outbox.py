from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta

import pytest

from runner.ledger.errors import NoSuchEntry, Refused
from runner.ledger.ledger import Ledger
from runner.ledger.records import Letter

SPAWN = multiprocessing.get_context("spawn")


def _put(ledger: Ledger, key: str = "run-1/renewed/phone") -> Letter:
    return ledger.outbox.put(key, "renewed", target="phone", payload={"days": 30})


def test_a_letter_is_kept_once_for_each_key(ledger: Ledger, run, clock) -> None:
    first = ledger.outbox.put(
        "k",
        "renewed",
        target="phone",
        payload={"a": "あ"},
        account="docomo",
        line="1",
        run_id=run.id,
    )
    assert (first.state, first.attempts, first.next_at) == ("waiting", 0, clock())
    assert (first.account, first.line, first.run_id) == ("docomo", "1", run.id)
    assert first.payload == {"a": "あ"}
    assert ledger.outbox.put("k", "other", target="mail", payload={}) == first
    assert ledger.outbox.list() == [first]


def test_a_letter_of_a_run_that_does_not_exist_is_refused(ledger: Ledger) -> None:
    with pytest.raises(Refused):
        ledger.outbox.put("k", "renewed", target="phone", payload={}, run_id="nope")


def test_a_sent_letter_is_done(ledger: Ledger, clock) -> None:
    letter = ledger.outbox.claim(_put(ledger).id, 60)
    assert letter.attempts == 1
    sent = ledger.outbox.sent(letter)
    assert (sent.state, sent.sent_at, sent.claimed_until) == ("sent", clock(), None)
    assert ledger.outbox.due(clock() + timedelta(days=1)) == []
    assert ledger.outbox.claim(letter.id, 60) is None
    assert ledger.outbox.failed(letter, "late", clock()) == sent
    assert ledger.outbox.list() == []
    assert ledger.outbox.list(["sent"]) == [sent]


def test_a_failed_letter_waits_and_may_be_given_up(ledger: Ledger, clock) -> None:
    letter = ledger.outbox.claim(_put(ledger).id, 60)
    later = clock() + timedelta(minutes=5)
    failed = ledger.outbox.failed(letter, "no network", later)
    assert (failed.state, failed.last_error, failed.next_at) == ("waiting", "no network", later)
    assert ledger.outbox.due(clock()) == []
    assert ledger.outbox.claim(letter.id, 60) is None
    clock.forward(minutes=5)
    assert ledger.outbox.due(clock()) == [failed]
    again = ledger.outbox.claim(letter.id, 60)
    assert again.attempts == 2
    given_up = ledger.outbox.give_up(again, "no such target")
    assert given_up.state == "given_up"
    assert ledger.outbox.due(clock() + timedelta(days=9)) == []
    assert ledger.outbox.list() == [given_up]


def test_a_claim_runs_out_and_the_late_sender_harms_nothing(ledger: Ledger, clock) -> None:
    id = _put(ledger).id
    slow = ledger.outbox.claim(id, 60)
    assert ledger.outbox.claim(id, 60) is None
    clock.forward(seconds=60)
    quick = ledger.outbox.claim(id, 60)
    assert quick.attempts == 2
    assert ledger.outbox.failed(slow, "slow", clock()) == quick
    assert ledger.outbox.give_up(slow, "slow") == quick
    assert ledger.outbox.sent(slow).state == "sent"
    assert ledger.outbox.failed(quick, "x", clock()).state == "sent"


def test_due_letters_come_in_the_order_of_their_waiting(ledger: Ledger, clock) -> None:
    first = _put(ledger, "1")
    clock.forward(seconds=1)
    second = _put(ledger, "2")
    later = ledger.outbox.put(
        "3", "renewed", target="phone", payload={}, next_at=clock() + timedelta(hours=1)
    )
    assert ledger.outbox.due(clock()) == [first, second]
    assert ledger.outbox.due(clock(), limit=1) == [first]
    assert later in ledger.outbox.due(clock() + timedelta(hours=1))


def test_an_unknown_letter_is_named(ledger: Ledger) -> None:
    with pytest.raises(NoSuchEntry, match="no letter 'nope'"):
        ledger.outbox.get("nope")


def _send_all(where: str, barrier, answers) -> None:
    with Ledger.open(where) as ledger:
        barrier.wait()
        mine = []
        for letter in ledger.outbox.due(datetime.now(UTC)):
            claimed = ledger.outbox.claim(letter.id, 60)
            if claimed is not None:
                mine.append(claimed.key)
                ledger.outbox.sent(claimed)
        answers.put(mine)


def test_two_senders_share_the_letters_without_sending_any_twice(
    where: str, ledger: Ledger
) -> None:
    keys = {_put(ledger, str(number)).key for number in range(30)}
    barrier, answers = SPAWN.Barrier(2), SPAWN.Queue()
    children = [SPAWN.Process(target=_send_all, args=(where, barrier, answers)) for _ in range(2)]
    for child in children:
        child.start()
    sent = [key for _ in children for key in answers.get(timeout=60)]
    for child in children:
        child.join()
    assert len(sent) == 30
    assert set(sent) == keys
