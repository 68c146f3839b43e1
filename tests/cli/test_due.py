"""`run due`: whose time has come by the schedule, for a renewal that waits, or for no answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runner.cli.due import due_accounts, tell_of_ends
from runner.cli.targets import secrets_of, targets_of
from runner.config.home import Home
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.renewal.approval import approve, ask
from runner.renewal.looks import put_off
from runner.values.money import Money
from runner.values.secret import Redactor
from tests.cli.conftest import Kigen, read

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
PRICE = Money.parse("1100 JPY")


@pytest.fixture
def clocked(home: Path) -> Ledger:
    home.mkdir(mode=0o700, exist_ok=True)
    return Ledger.open(home / "ledger.db", clock=lambda: NOW)


def paid(ledger: Ledger, account: str, *states: State, after: timedelta) -> Renewal:
    run = read(ledger, account, "l", 2)
    renewal = ledger.renewals.plan(run, account, "l", "c1", "1GB", PRICE)
    for state in (State.APPROVED, State.COMMITTING, *states):
        renewal = ledger.renewals.move(renewal.id, state, reason="test", next_at=NOW + after)
    return renewal


def ran(ledger: Ledger, trigger: str) -> None:
    """The first account was played."""
    run = ledger.runs.start("first", "docomo", trigger=trigger, deadline_at=NOW)
    ledger.runs.end(run.id, outcome="nothing_due")


def due(workspace: Path, ledger: Ledger, after: timedelta = timedelta(0)) -> dict[str, str]:
    opened = Workspace.open(workspace)
    accounts = [opened.account(name) for name in opened.accounts]
    return dict(due_accounts(accounts, ledger, NOW + after, TOKYO))


def test_a_renewal_calls_for_a_look_when_its_time_has_come(
    workspace: Path, clocked: Ledger
) -> None:
    """The second account has no schedule at all."""
    two = timedelta(minutes=2)
    paid(clocked, "second", State.CONFIRMED, State.RENEWAL_PENDING, after=two)
    ran(clocked, "due")
    assert due(workspace, clocked) == {}
    assert due(workspace, clocked, two) == {"second": "look"}


def test_a_run_that_begins_puts_the_next_look_off(workspace: Path, clocked: Ledger) -> None:
    ran(clocked, "due")
    two = timedelta(minutes=2)
    paid(clocked, "second", State.UNKNOWN, after=two)
    put_off(clocked, "second", NOW + two)
    assert due(workspace, clocked, two) == {}
    assert due(workspace, clocked, 2 * two) == {"second": "look"}


def test_an_approved_renewal_calls_for_a_whole_run(workspace: Path, clocked: Ledger) -> None:
    ran(clocked, "due")
    run = read(clocked, "second", "l", 2)
    renewal = clocked.renewals.plan(run, "second", "l", "c1", "1GB", PRICE)
    renewal = ask(clocked, renewal, PRICE, NOW + timedelta(days=3), "above the limit")
    assert "second" not in due(workspace, clocked)
    approve(clocked, renewal, "yes", "test", NOW)
    assert due(workspace, clocked) == {"second": "approved"}
    put_off(clocked, "second", NOW)
    assert due(workspace, clocked) == {}


def test_a_look_is_no_run_of_the_schedule(workspace: Path, clocked: Ledger) -> None:
    """The first account runs daily at 09:30 in Tokyo; it is 15:00 there."""
    assert due(workspace, clocked) == {"first": "due"}
    ran(clocked, "look")
    assert due(workspace, clocked) == {"first": "due"}
    ran(clocked, "due")
    assert due(workspace, clocked) == {}


def test_an_approval_that_never_came_is_ended_and_told_once(
    workspace: Path, ledger: Ledger, kigen: Kigen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT", "json://127.0.0.1:9")
    config = workspace / "config.yaml"
    targets = "notify: {targets: {chat: {url: env:CHAT}}}\n"
    config.write_text(targets + config.read_text().replace("    schedule: daily at 09:30\n", ""))
    run = read(ledger, "first", "090-1", 30, "needs_you")  # no alarm, whatever the hour
    renewal = ledger.renewals.plan(run, "first", "090-1", "c1", "1GB", PRICE)
    ask(ledger, renewal, PRICE, datetime.now(UTC) - timedelta(minutes=1), "above the limit")
    for _ in range(2):
        said = kigen("run", "due")
        assert (said.code, said.out) == (0, "Nothing is to be run now.\n")
    last = ledger.renewals.moves(renewal.id)[-1]
    assert (last.to_state, "no approval came" in last.reason) == (State.ABORTED, True)
    (letter,) = ledger.outbox.list()
    assert (letter.event, letter.account, letter.attempts) == ("needs_you", "first", 1)
    assert "did not come in time" in letter.payload["message"]


def test_status_shows_when_it_is_looked_at_again(
    workspace: Path, ledger: Ledger, kigen: Kigen
) -> None:
    run = read(ledger, "second", "090-2", 30)
    renewal = ledger.renewals.plan(run, "second", "090-2", "c1", "1GB", PRICE)
    look = datetime.now(UTC) + timedelta(minutes=4)
    for state in (State.APPROVED, State.COMMITTING, State.UNKNOWN):
        ledger.renewals.move(renewal.id, state, reason="test", next_at=look)
    lines = {one["line"]: one for one in kigen("status", "--json").json()}
    assert datetime.fromisoformat(lines["090-2"]["next_run"]) == look
    assert lines["090-1"]["next_run"] is not None  # by its schedule


def test_a_line_near_its_end_is_told_of_louder_and_once_a_day(
    workspace: Path, ledger: Ledger, home: Path
) -> None:
    config = workspace / "config.yaml"
    config.write_text(
        "notify: {targets: {chat: {url: env:CHAT}, phone: {url: env:PHONE, events: [expires_soon]}}}\n"
        + config.read_text().replace(
            "    schedule:",
            "    notify: [chat]\n    escalate: {notify: [chat, phone]}\n    schedule:",
        )
    )
    opened = Workspace.open(workspace)
    accounts = [opened.account(name) for name in opened.accounts]
    run = read(ledger, "first", "090-1", 2, "unreachable")
    started = ledger.runs.get(run).started_at
    noon = started.astimezone(TOKYO).replace(hour=12).astimezone(UTC)
    targets = targets_of(opened, secrets_of(opened, Home(home), Redactor()))
    for hours in (0, 1, 24):
        tell_of_ends(accounts, targets, ledger, noon + timedelta(hours=hours), TOKYO)
    letters = ledger.outbox.list()
    assert sorted((one.target, one.event) for one in letters) == [
        ("chat", "expires_soon"),
        ("chat", "expires_soon"),
        ("phone", "expires_soon"),
        ("phone", "expires_soon"),
    ]
    messages = sorted({one.payload["message"] for one in letters})
    assert "2 days are left" in messages[0]
    assert "one day is left" in messages[1]
    assert "ended as unreachable" in messages[0]


def test_what_is_asked_for_is_due_and_what_is_paused_is_not(
    workspace: Path, clocked: Ledger
) -> None:
    assert due(workspace, clocked) == {"first": "due"}
    clocked.pauses.begin("first", ["090-1"], by="test")
    clocked.wishes.add("second", by="dashboard")
    assert due(workspace, clocked) == {"second": "asked"}
