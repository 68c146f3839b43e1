"""Lines that are paused and runs that are asked for: who runs by itself, when, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from runner.config.model import Account, Caps
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.schedule.agenda import Entry, Standing, agenda, coming, due
from runner.schedule.alarm import alarms
from runner.schedule.forecast import Known, forecast
from runner.values.money import Money
from tests.schedule.lines import account, flow
from tests.schedule.year import Machine, Trouble

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SITE = flow("softbank-prepaid", "Asia/Tokyo")
NAME = "softbank-prepaid"


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db", clock=clock) as ledger:
        run = ledger.runs.start(NAME, NAME, trigger="due", deadline_at=NOW)
        for line in ("main", "other"):
            last = date(2026, 11, 23)
            values = {"expires_on": last.isoformat()}
            ledger.readings.add(run.id, NAME, line, expires_on=last, values=values)
        ledger.runs.end(run.id, outcome="failed", message="as it went")
        yield ledger


def one(schedule: object = "daily at 09:30") -> Account:
    """An account with two lines."""
    made = account(NAME, "days_left <= 7", schedule=schedule)
    (line,) = made.lines
    return replace(made, lines=(line, replace(line, name="other")))


def next_of(made: Account, ledger: Ledger, now: datetime = NOW) -> Entry | None:
    standing = Standing.of(ledger, [(made, SITE)], now)
    return next(iter(agenda([(made, SITE)], standing, now, TOKYO)), None)


def pause(ledger: Ledger, *lines: str, until: datetime | None = None) -> None:
    ledger.pauses.begin(NAME, lines or ("main", "other"), by="test", until=until)


def approved(ledger: Ledger, state: State = State.APPROVED) -> None:
    run = ledger.runs.list(NAME)[0]
    renewal = ledger.renewals.plan(run.id, NAME, "main", "c", "p", Money.parse("3000 JPY"))
    ledger.renewals.move(renewal.id, State.APPROVED, reason="test", next_at=NOW)
    for to in () if state is State.APPROVED else (State.COMMITTING, state):
        ledger.renewals.move(renewal.id, to, reason="test", next_at=NOW)


def test_an_account_whose_lines_are_all_paused_does_not_run(ledger: Ledger) -> None:
    assert next_of(one(), ledger)
    pause(ledger, "main")
    assert next_of(one(), ledger), "the other line goes on"
    pause(ledger)
    assert next_of(one(), ledger) is None
    found = coming([(one(), SITE)], Standing.of(ledger, [(one(), SITE)], NOW), NOW, TOKYO, 5)
    assert found == []
    ledger.pauses.end(NAME, ["other"], by="test")
    assert next_of(one(), ledger)


@pytest.mark.parametrize(
    ("schedule", "at"),
    [
        ("daily at 09:30", "2026-12-01T09:30"),
        ("adaptive at 09:30", "2026-12-01T09:30"),
        ({"cron": "0 12 * * 3"}, "2026-12-02T12:00"),
        ("every 6 hours", "2026-12-01T08:00"),
    ],
)
def test_after_its_date_it_runs_when_the_schedule_names_a_time(
    ledger: Ledger, clock: Clock, schedule: object, at: str
) -> None:
    """The owner sits in Berlin: their day begins at eight in Tokyo."""
    until = datetime(2026, 12, 1, 0, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    pause(ledger, until=until)
    entry = next_of(one(schedule), ledger)
    assert entry is not None
    assert f"{entry.at.astimezone(TOKYO):%Y-%m-%dT%H:%M}" == at
    clock.now = until + timedelta(minutes=1)  # it is over, and nothing was missed in it
    later = next_of(one(schedule), ledger, clock.now)
    assert later is not None
    assert later.at == entry.at
    clock.now = entry.at
    standing = Standing.of(ledger, [(one(schedule), SITE)], entry.at)
    assert due(agenda([(one(schedule), SITE)], standing, entry.at, TOKYO), standing, entry.at)


def test_what_is_paid_and_not_settled_is_looked_after_all_the_same(ledger: Ledger) -> None:
    approved(ledger, State.UNKNOWN)
    pause(ledger)
    entry = next_of(one(), ledger)
    assert entry is not None
    assert (entry.why, entry.at) == ("look", NOW)


def test_what_is_approved_waits_for_the_end_of_the_pause(ledger: Ledger, clock: Clock) -> None:
    approved(ledger)
    pause(ledger)
    assert next_of(one(schedule=None), ledger) is None
    until = NOW + timedelta(days=2)
    pause(ledger, until=until)
    entry = next_of(one(schedule=None), ledger)
    assert entry is not None
    assert (entry.why, entry.at) == ("approved", until)
    ledger.pauses.end(NAME, ["main", "other"], by="test")
    entry = next_of(one(schedule=None), ledger)
    assert entry is not None
    assert (entry.why, entry.at) == ("approved", NOW)


def test_nobody_is_told_that_a_paused_line_ends(ledger: Ledger) -> None:
    def told() -> list[str]:
        return [one.line.name for one in alarms([(made, SITE)], ledger, NOW, TOKYO)]

    made = one()
    assert told() == ["main", "other"]
    pause(ledger, "main")
    assert told() == ["other"]
    standing = Standing.of(ledger, [(made, SITE)], NOW)
    assert standing.ends[NAME] == (date(2026, 11, 23),)


def test_the_plan_says_so(ledger: Ledger) -> None:
    def planned() -> tuple[list[str], str]:
        until = NOW + timedelta(days=30)
        pair = [(one(), SITE)]
        found = forecast(pair, Known.of(ledger), NOW, until, TOKYO, Caps())
        notes = "; ".join(note.message for note in found.notes)
        return [f"{action.line} {action.what} {action.at:%m-%d}" for action in found.actions], notes

    assert planned()[0][:2] == ["main renew 11-21", "other renew 11-21"]
    pause(ledger, "main")
    actions, notes = planned()
    assert not any(action.startswith("main") for action in actions)
    assert "paused until you resume it" in notes
    pause(ledger, "main", until=NOW + timedelta(days=1))
    actions, notes = planned()
    assert actions[:2] == ["other renew 11-21", "main renew 11-23"]
    assert "paused until 2026-11-22" in notes


def test_what_is_asked_for_comes_at_once_and_first(ledger: Ledger) -> None:
    made = one(schedule=None)
    pause(ledger)
    wish = ledger.wishes.add(NAME, by="dashboard", dry_run=True)
    entry = next_of(made, ledger)
    assert entry is not None
    assert (entry.why, entry.at) == ("asked", wish.asked_at)
    standing = Standing.of(ledger, [(made, SITE)], NOW)
    near = Entry(replace(made, name="near"), SITE, NOW, "due", date(2026, 11, 21))
    assert [e.why for e in due([near, entry], standing, NOW)] == ["asked", "due"]
    assert due([entry], replace(standing, playing=frozenset({NAME})), NOW) == []


def test_a_wish_stands_in_for_the_turn_unless_it_is_dry(ledger: Ledger) -> None:
    def ahead() -> list[tuple[str, str]]:
        standing = Standing.of(ledger, [(made, SITE)], NOW)
        found = coming([(made, SITE)], replace(standing, turns={}), NOW, TOKYO, 2)
        return [(e.why, f"{e.at.astimezone(TOKYO):%d %H:%M}") for e in found]

    made = one()
    assert ahead()[0] == ("due", "21 12:00")
    ledger.wishes.add(NAME, by="dashboard", dry_run=True)
    assert ahead() == [("asked", "21 12:00"), ("due", "21 12:01")]
    ledger.runs.start(
        NAME, NAME, trigger="asked", deadline_at=NOW, wish=ledger.wishes.open()[NAME].id
    )
    ledger.wishes.add(NAME, by="dashboard")
    assert ahead() == [("asked", "21 12:00"), ("due", "22 09:30")]


class Rested(Machine):
    """A machine on which one account is paused for a while."""

    began: datetime = NOW
    until: datetime = NOW

    def _standing(self) -> Standing:
        standing = super()._standing()
        if self.now() < self.began:
            return standing
        return replace(standing, paused={("a0", "main"): self.until})


def test_a_pause_of_weeks_in_the_life_of_the_daemon() -> None:
    """With a crash in its middle: nothing runs in it, and all goes on when it is over, in its window."""
    start = datetime(2026, 2, 1, tzinfo=UTC)
    made = account(NAME, "days_left <= 10", schedule="daily at 09:30..10:30")
    pairs = [(replace(made, name=name), SITE) for name in ("a0", "a1")]
    machine = Rested(pairs, start, Random(1), bad=0)  # noqa: S311  the same days each time
    machine.began, machine.until = start + timedelta(days=10), start + timedelta(days=40)
    crash = Trouble(start + timedelta(days=20), timedelta(hours=2), "crash")
    machine.live(start + timedelta(days=50), [crash])
    days = [one.began.astimezone(TOKYO) for one in machine.runs_of("a0")]
    assert not any(machine.began <= day < machine.until for day in days)
    assert len(days) == 20
    after = [day for day in days if day >= machine.until]
    assert len({day.date() for day in after}) == len(after) == 10
    assert all(9 <= day.hour <= 10 for day in after)
    assert len(machine.runs_of("a1")) == 50
