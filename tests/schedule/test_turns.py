"""Whose turn it is: missed runs, runs that got nowhere, quiet hours, and lines too near their end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runner.config.schedule import parse_schedule
from runner.flow.avoid import Window
from runner.ledger.ledger import Ledger
from runner.renewal.quiet import QuietHours
from runner.schedule.turns import AGAIN, Turn, named_turn, next_turn

TOKYO = ZoneInfo("Asia/Tokyo")
DAILY, GAP, RARE = (
    parse_schedule(text) for text in ("daily at 09:30", "every 6 hours", "every 72 hours")
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def due(schedule: object, began: str | None, now: str, *, nowhere: bool = False) -> bool:
    turn = None if began is None else Turn(at(began), nowhere)
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


def test_a_run_that_got_nowhere_is_tried_again_a_day_later() -> None:
    """With three days between its runs, a line could otherwise meet nothing but bad days."""
    began = "2026-11-21T10:00"
    assert not due(RARE, began, "2026-11-22T10:00")
    assert due(RARE, began, "2026-11-22T10:00", nowhere=True)
    assert not due(RARE, began, "2026-11-22T09:59", nowhere=True)
    assert due(DAILY, began, "2026-11-22T09:30", nowhere=True)  # no later than its own time
    assert timedelta(days=1) == AGAIN


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
