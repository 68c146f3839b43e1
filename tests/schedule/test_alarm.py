"""Lines near their end that are not renewed: who is told, how often, and who is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runner.config.model import Escalate
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.schedule.alarm import alarms
from runner.values.money import Money
from tests.schedule.lines import account, flow

TOKYO = ZoneInfo("Asia/Tokyo")
ACCOUNT = account("softbank-prepaid", "days_left <= 7")
SITE = flow("softbank-prepaid", "Asia/Tokyo")
PRICE = Money.parse("3000 JPY")
LAST = date(2026, 11, 24)


class Clock:
    now = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db", clock=clock) as ledger:
        yield ledger


def run(ledger: Ledger, clock: Clock, outcome: str, at: str, message: str = "as it went") -> str:
    clock.now = datetime.fromisoformat(at).replace(tzinfo=TOKYO).astimezone(UTC)
    begun = ledger.runs.start(ACCOUNT.name, "x", trigger="due", deadline_at=clock.now)
    ledger.readings.add(begun.id, ACCOUNT.name, "main", expires_on=LAST)
    ledger.runs.end(begun.id, outcome=outcome, message=message)
    return begun.id


def told(ledger: Ledger, at: str, escalate: Escalate | None = None) -> list[tuple[int, str]]:
    made = replace(ACCOUNT, escalate=escalate or Escalate())
    now = datetime.fromisoformat(at).replace(tzinfo=TOKYO)
    return [(one.days_left, one.why) for one in alarms([(made, SITE)], ledger, now, TOKYO)]


def test_told_in_the_last_days_and_not_before(ledger: Ledger, clock: Clock) -> None:
    run(ledger, clock, "unreachable", "2026-11-20T10:00", "no answer")
    why = "the last run ended as unreachable: no answer"
    assert told(ledger, "2026-11-20T12:00") == []
    assert told(ledger, "2026-11-21T12:00") == [(3, why)]
    assert told(ledger, "2026-11-20T12:00", Escalate(within=timedelta(days=5))) == [(4, why)]


def test_at_night_only_of_the_last_day(ledger: Ledger, clock: Clock) -> None:
    for day, heard in ((21, 0), (23, 0), (24, 1)):
        run(ledger, clock, "changed", f"2026-11-{day}T00:30")
        assert len(told(ledger, f"2026-11-{day}T07:59")) == heard
        assert len(told(ledger, f"2026-11-{day}T08:00")) == 1
    run(ledger, clock, "changed", "2026-11-25T00:30")
    assert told(ledger, "2026-11-25T12:00") == []  # it is over


def test_the_days_of_a_line_without_a_site_are_its_owner_s(ledger: Ledger, clock: Clock) -> None:
    """In Tokyo a day is nine hours old when it begins in UTC, which is the zone of flows that say none."""
    run(ledger, clock, "needs_you", "2026-11-23T09:00")
    site = flow("manual", "UTC")
    for at, left in (("23T23:59", []), ("24T00:00", [0]), ("24T23:59", [0]), ("25T08:30", [])):
        now = datetime.fromisoformat(f"2026-11-{at}").replace(tzinfo=TOKYO)
        assert [one.days_left for one in alarms([(ACCOUNT, site)], ledger, now, TOKYO)] == left


@pytest.mark.parametrize("outcome", ["nothing_due", "renewed", "renewal_pending"])
def test_what_is_as_its_policy_wants_it_is_not_told_of(
    ledger: Ledger, clock: Clock, outcome: str
) -> None:
    run(ledger, clock, outcome, "2026-11-22T10:00")
    assert told(ledger, "2026-11-22T12:00") == []
    ((left, why),) = told(ledger, "2026-11-24T08:00")  # nobody has looked for too long
    assert (left, why) == (0, "it was run last on 2026-11-22 01:00 UTC")


@pytest.mark.parametrize("outcome", ["read_only", "awaiting_payment", "needs_you", "rejected"])
def test_what_waits_for_its_owner_is_told_of(ledger: Ledger, clock: Clock, outcome: str) -> None:
    run(ledger, clock, outcome, "2026-11-22T10:00")
    assert len(told(ledger, "2026-11-22T12:00")) == 1


def test_what_is_paid_and_only_needs_its_time_is_not(ledger: Ledger, clock: Clock) -> None:
    begun = run(ledger, clock, "maintenance", "2026-11-22T10:00")
    assert len(told(ledger, "2026-11-22T12:00")) == 1
    renewal = ledger.renewals.plan(begun, ACCOUNT.name, "main", "c1", "3000yen", PRICE)
    for state in (State.APPROVED, State.COMMITTING, State.CONFIRMED):
        ledger.renewals.move(renewal.id, state, reason="test")
    assert told(ledger, "2026-11-22T12:00") == []


def test_the_trouble_of_another_line_is_not_this_one_s(ledger: Ledger, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    begun = ledger.runs.start(ACCOUNT.name, "x", trigger="due", deadline_at=clock.now)
    ends = {"main": ("nothing_due", "nothing is due"), "car": ("needs_you", "no such line")}
    for line in ends:
        ledger.readings.add(begun.id, ACCOUNT.name, line, expires_on=LAST)
    ledger.runs.end(begun.id, outcome="needs_you", message="no such line", lines=ends)
    (main,) = ACCOUNT.lines
    made = replace(ACCOUNT, lines=(main, replace(main, name="car")))
    now = datetime(2026, 11, 22, 12, 0, tzinfo=TOKYO)
    found = [(one.line.name, one.why) for one in alarms([(made, SITE)], ledger, now, TOKYO)]
    assert found == [("car", "the last run ended as needs_you: no such line")]
