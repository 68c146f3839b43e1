"""`run due` in a provider's quiet hours: nothing begins by itself, unless a line would be lost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runner.cli.due import due_accounts
from runner.config.workspace import Workspace
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.values.money import Money

TOKYO = ZoneInfo("Asia/Tokyo")
CONFIG = """
timezone: Asia/Tokyo
accounts:
  phone:
    flow: softbank-prepaid
    at: sandbox
    credentials: {phone: 080-0000-3776, password: env:PHONE_PASSWORD}
    policy: {when: days_left <= 7}
    plan: {name: 3000yen, price: 3000 JPY}
    schedule: daily at 09:30
    avoid: [daily at 09:00..12:00]
"""


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 21, hour, minute, tzinfo=TOKYO).astimezone(UTC)


@pytest.fixture
def quiet(workspace: Path, home: Path) -> Workspace:
    (workspace / "config.yaml").write_text(CONFIG, encoding="utf-8")
    home.mkdir(mode=0o700, exist_ok=True)
    return Workspace.open(workspace)


def due(
    workspace: Workspace, home: Path, now: datetime, last_day: date | None = None
) -> dict[str, str]:
    """What is due in a ledger of its own, with a line that was read with this last day."""
    with Ledger.open(home / f"{now:%H%M}-{last_day}.db", clock=lambda: now) as ledger:
        if last_day is not None:
            run = ledger.runs.start("phone", "x", trigger="look", deadline_at=now, read_only=True)
            ledger.readings.add(run.id, "phone", "phone", expires_on=last_day)
            ledger.runs.end(run.id, outcome="read_only")
        return dict(due_accounts([workspace.account("phone")], ledger, now, TOKYO))


def test_it_begins_when_they_are_over(quiet: Workspace, home: Path) -> None:
    assert due(quiet, home, at(9, 30)) == {}
    assert due(quiet, home, at(11, 59)) == {}
    assert due(quiet, home, at(12, 0)) == {"phone": "due"}


def test_a_line_on_its_last_day_does_not_wait(quiet: Workspace, home: Path) -> None:
    assert due(quiet, home, at(9, 30), date(2026, 11, 22)) == {}
    assert due(quiet, home, at(9, 30), date(2026, 11, 21)) == {"phone": "due"}


def test_what_was_approved_and_what_is_open_wait_too(quiet: Workspace, home: Path) -> None:
    now = [at(9, 20)]
    with Ledger.open(home / "ledger.db", clock=lambda: now[0]) as ledger:
        run = ledger.runs.start("phone", "x", trigger="due", deadline_at=now[0])
        ledger.runs.end(run.id, outcome="needs_you")
        price = Money.parse("3000 JPY")
        renewal = ledger.renewals.plan(run.id, "phone", "phone", "c1", "3000yen", price)
        ledger.renewals.move(renewal.id, State.APPROVED, reason="yes", next_at=now[0])
        accounts = [quiet.account("phone")]
        found = [
            dict(due_accounts(accounts, ledger, moment, TOKYO)) for moment in (at(9, 25), at(12, 0))
        ]
    assert found == [{}, {"phone": "due"}]
