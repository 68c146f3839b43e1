"""Whose turn it is: missed runs, runs that got nowhere, quiet hours, and lines too near their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runner.config.schedule import parse_schedule
from runner.flow.avoid import Window
from runner.ledger.ledger import Ledger
from runner.ledger.of_each import counts
from runner.renewal.quiet import QuietHours
from runner.schedule.again import PAUSES
from runner.schedule.turns import Turn, named_turn, next_turn, turns_of

TOKYO = ZoneInfo("Asia/Tokyo")
DAILY, GAP, RARE = (
    parse_schedule(text) for text in ("daily at 09:30", "every 6 hours", "every 72 hours")
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def due(schedule: object, began: str | None, now: str, outcome: str | None = "renewed") -> bool:
    turn = None if began is None else Turn(at(began), outcome)
    return named_turn(schedule, turn, at(now), TOKYO, "a") <= at(now)  # type: ignore[arg-type]


def test_due_once_for_all_that_was_missed() -> None:
    assert due(DAILY, "2026-11-12T12:00", "2026-11-21T12:00")
    assert not due(DAILY, "2026-11-21T11:59", "2026-11-21T12:00")
    assert due(DAILY, "2026-11-21T09:29", "2026-11-21T12:00")
    assert not due(DAILY, "2026-11-20T09:31", "2026-11-21T09:29")


def test_an_account_that_never_ran() -> None:
    assert not due(DAILY, None, "2026-11-21T09:29")
    assert due(DAILY, None, "2026-11-21T09:30")
    assert due(GAP, None, "2026-11-21T00:00")


@pytest.mark.parametrize(
    ("outcome", "tries", "after", "before"),
    [
        ("unreachable", 1, "0:05", "0:07"),  # minutes, then hours
        ("unreachable", 2, "0:15", "0:19"),
        ("unreachable", 5, "2:00", "2:11"),
        ("unreachable", 50, "6:00", "6:11"),
        ("maintenance", 1, "1:00", "1:11"),
        ("busy", 1, "0:10", "0:13"),
        ("failed", 1, "1:00", "1:11"),
        (None, 1, "0:00", "0:01"),  # it was cut off
        (None, 2, "0:01", "0:02"),
        ("changed", 1, "24:00", "24:01"),
        ("changed", 7, "24:00", "24:01"),
        ("failed", 9, "24:00", "24:01"),
        ("rejected", 1, "72:00", "72:01"),  # no sooner than its turn
        ("needs_you", 1, "72:00", "72:01"),
        ("renewed", 1, "72:00", "72:01"),
    ],
)
def test_a_run_that_got_nowhere_is_tried_again_by_its_kind(
    outcome: str | None, tries: int, after: str, before: str
) -> None:
    began = at("2026-11-21T10:00")
    hours, minutes = map(int, after.split(":"))
    h, m = map(int, before.split(":"))
    for seed in "abcdef":
        again = named_turn(RARE, Turn(began, outcome, tries), began, TOKYO, seed)
        assert timedelta(hours=hours, minutes=minutes) <= again - began
        assert again - began < timedelta(hours=h, minutes=m)


def test_a_try_is_no_later_than_the_turn_itself() -> None:
    assert due(DAILY, "2026-11-21T09:00", "2026-11-21T09:30", "maintenance")
    assert not due(DAILY, "2026-11-21T09:00", "2026-11-21T09:29", "maintenance")


def test_two_days_have_a_run_each_though_they_follow_soon() -> None:
    midnight = parse_schedule("daily at 00:00")
    began = at("2026-11-21T22:30")
    again = named_turn(midnight, Turn(began, "maintenance"), began, TOKYO, "a")
    assert timedelta(hours=1) <= again - began < timedelta(minutes=71)


def test_tries_are_those_in_a_row() -> None:
    now = at("2026-11-21T09:00")
    assert Turn(now, "unreachable", 3).then(now, "maintenance").tries == 4
    assert Turn(now, "unreachable", 3).then(now, "nothing_due").tries == 1
    assert Turn(now, "nothing_due").then(now, "unreachable").tries == 1


def test_a_changed_layout_is_tried_once_a_day_however_often_the_account_runs() -> None:
    assert not due(GAP, "2026-11-21T10:00", "2026-11-22T09:59", "changed")
    assert due(GAP, "2026-11-21T10:00", "2026-11-22T10:00", "changed")
    assert due(DAILY, "2026-11-21T10:00", "2026-11-22T09:30", "changed")


def test_near_the_end_it_is_tried_every_hour() -> None:
    began = at("2026-11-21T10:00")
    for outcome in ("unreachable", "maintenance", "failed", None):
        for tries in (4, 20):
            turn = Turn(began, outcome, tries)
            near = named_turn(DAILY, turn, began, TOKYO, "a", date(2026, 11, 24))
            assert timedelta(minutes=59) < near - began < timedelta(minutes=71)
            far = named_turn(DAILY, turn, began, TOKYO, "a", date(2026, 11, 25))
            assert tries == 4 or far > near


def test_accounts_that_failed_together_do_not_come_back_together() -> None:
    began = at("2026-11-21T10:00")
    found = {named_turn(RARE, Turn(began, "maintenance"), began, TOKYO, f"{n}") for n in range(50)}
    assert len(found) > 40


@pytest.mark.parametrize(
    ("until", "after", "before"),
    [
        ("2026-11-21T16:00", "6:00", "6:11"),  # the provider's own word, not an hour
        ("2026-11-21T10:20", "0:20", "0:31"),
        ("2026-11-24T10:00", "24:00", "24:01"),  # once a day it is looked at all the same
        ("2026-11-21T09:59", "1:00", "1:11"),  # that time is over, and it is closed still
    ],
)
def test_an_announced_end_is_waited_for(until: str, after: str, before: str) -> None:
    began, (hours, minutes) = at("2026-11-21T10:00"), map(int, after.split(":"))
    h, m = map(int, before.split(":"))
    for seed in "abcdef":
        turn = Turn(began, "maintenance", until=at(until))
        pause = named_turn(RARE, turn, began, TOKYO, seed) - began
        assert timedelta(hours=hours, minutes=minutes) <= pause < timedelta(hours=h, minutes=m)


def test_the_turn_itself_waits_for_an_announced_end_but_not_near_the_end() -> None:
    began, until = at("2026-11-21T09:00"), at("2026-11-21T15:00")
    turn = Turn(began, "maintenance", until=until)
    assert until <= named_turn(DAILY, turn, began, TOKYO, "a") < until + timedelta(minutes=11)
    near = named_turn(DAILY, turn, began, TOKYO, "a", date(2026, 11, 22))
    assert near == at("2026-11-21T09:30")
    hourly = named_turn(RARE, turn, began, TOKYO, "a", date(2026, 11, 22))
    assert timedelta(hours=1) <= hourly - began < timedelta(minutes=71)


def test_accounts_that_wait_for_the_same_end_do_not_come_back_together() -> None:
    began = at("2026-11-21T10:00")
    turn = Turn(began, "maintenance", until=at("2026-11-21T10:30"))
    found = {named_turn(RARE, turn, began, TOKYO, f"{n}") for n in range(50)}
    assert len(found) > 40


def test_an_announced_end_is_kept_in_the_ledger(tmp_path: Path) -> None:
    now, until = at("2026-11-21T09:00"), at("2026-11-22T06:00")
    with Ledger.open(tmp_path / "ledger.db", clock=lambda: now) as ledger:
        run = ledger.runs.start("a", "docomo", trigger="due", deadline_at=now)
        ledger.runs.end(run.id, outcome="maintenance", closed_until=until)
        assert ledger.runs.get(run.id).closed_until == until
        assert turns_of(ledger)["a"] == Turn(now, "maintenance", until=until)


def test_tries_are_counted_in_the_ledger(tmp_path: Path) -> None:
    now = [at("2026-11-21T09:00")]
    with Ledger.open(tmp_path / "ledger.db", clock=lambda: now[0]) as ledger:

        def run(account: str, outcome: str | None, trigger: str = "due") -> None:
            now[0] += timedelta(hours=1)
            run = ledger.runs.start(account, "docomo", trigger=trigger, deadline_at=now[0])
            if outcome is not None:
                ledger.runs.end(run.id, outcome=outcome)

        for outcome in ("unreachable", "renewed", "unreachable", None, "maintenance"):
            run("a", outcome)
        run("a", "unreachable", trigger="look")
        run("b", "failed")
        run("c", "nothing_due")
        found = turns_of(ledger)
    assert {name: (turn.outcome, turn.tries) for name, turn in found.items()} == {
        "a": ("maintenance", 3),
        "b": ("failed", 1),
        "c": ("nothing_due", 1),
    }
    assert set(PAUSES) >= {"maintenance", "unreachable", "changed", "failed", "busy", None}


@pytest.mark.parametrize(
    ("began", "last_day", "runs"),
    [
        ("2026-11-01", "2027-01-30", "2026-11-08"),  # seldom
        ("2026-11-01", "2026-11-20", "2026-11-06"),  # not later than a fortnight before
        ("2026-11-06", "2026-11-20", "2026-11-07"),  # then daily
        ("2026-11-19", "2026-11-20", "2026-11-20"),
        ("2026-11-01", None, "2026-11-02"),  # no end is known
    ],
)
def test_adaptive_runs_seldom_and_then_daily(began: str, last_day: str | None, runs: str) -> None:
    schedule = parse_schedule("adaptive at 09:30..10:30")
    day = date.fromisoformat(last_day) if last_day else None
    start = at(f"{began}T09:40")
    for seed in "abcdef":
        found = named_turn(schedule, Turn(start), start, TOKYO, seed, day)
        assert at(f"{runs}T09:30") <= found <= at(f"{runs}T10:30")
        first = named_turn(schedule, None, start, TOKYO, seed, day)
        assert at(f"{began}T09:30") <= first <= at(f"{began}T10:30")


@pytest.mark.parametrize(
    ("last_day", "runs"),
    [
        (None, "2026-12-02T00:00"),
        ("2026-12-05", "2026-12-02T00:00"),
        ("2026-12-04", "2026-11-30T09:30"),  # too few days after so long a window
        ("2026-11-30", "2026-11-30T09:30"),
    ],
)
def test_quiet_hours_are_waited_for_but_not_to_the_end_of_a_line(
    last_day: str | None, runs: str
) -> None:
    quiet = QuietHours((Window.parse("on last day, day 1"),), TOKYO)
    day = date.fromisoformat(last_day) if last_day else None
    found = next_turn(
        DAILY, Turn(at("2026-11-29T09:30")), at("2026-11-29T12:00"), TOKYO, "a", quiet, day
    )
    assert found == at(runs)


def test_a_night_is_waited_for_until_the_last_day() -> None:
    quiet = QuietHours((Window.parse("daily at 01:00..05:00"),), TOKYO)
    now, today = at("2026-11-21T02:00"), date(2026, 11, 21)
    assert quiet.hold_back(now, today + timedelta(days=1)) == at("2026-11-21T05:00")
    assert quiet.hold_back(now, today) is None
    assert quiet.hold_back(at("2026-11-21T05:00"), None) is None
    before = at("2026-11-21T00:51")
    assert quiet.hold_back(before, None) is None
    assert quiet.hold_payment(before, None) == at("2026-11-21T05:00")
    assert quiet.hold_payment(at("2026-11-21T00:49"), None) is None


def test_what_a_person_looked_at_does_not_count_for_the_schedule(tmp_path: Path) -> None:
    now = [at("2026-11-21T09:00")]
    with Ledger.open(tmp_path / "ledger.db", clock=lambda: now[0]) as ledger:

        def run(trigger: str, **what: bool) -> str:
            now[0] += timedelta(hours=1)
            began = ledger.runs.start("a", "docomo", trigger=trigger, deadline_at=now[0], **what)
            return began.id

        counted = run("hand")
        for looked in ({"read_only": True}, {"dry_run": True}):
            run("hand", **looked)
        run("look", read_only=True)
        assert ledger.runs.last_turns()["a"].id == counted
        only_read = run("due", read_only=True)  # `kigen run due --read-only` has its own rhythm
        assert ledger.runs.last_turns()["a"].id == only_read


def test_the_database_counts_the_same_runs_as_the_program(tmp_path: Path) -> None:
    now = at("2026-11-21T09:00")
    triggers = ("hand", "owner", "due", "approved", "look", "asked")
    with Ledger.open(tmp_path / "ledger.db", clock=lambda: now) as ledger:
        for number, (trigger, dry, read) in enumerate(product(triggers, (0, 1), (0, 1))):
            ledger.runs.start(
                f"{number}", "docomo", trigger=trigger, deadline_at=now, dry_run=bool(dry),
                read_only=bool(read),
            )  # fmt: skip
        last = ledger.runs.last_of_each()
        counted = {name: run for name, run in last.items() if counts(run)}
        looks = {name: replace(run, trigger="look") for name, run in last.items()}
        assert 0 < len(counted) < len(last) == 24
        assert ledger.runs.last_turns() == counted
        assert ledger.runs.last_turns(looks) == counted  # all of them asked of the database
