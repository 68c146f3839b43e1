"""`kigen plan`: what will be done, when, for how much; told to people and to programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.ledger.ledger import Ledger
from runner.ledger.records import Budget
from runner.ledger.states import State
from runner.schedule.ahead import Book
from runner.schedule.forecast import Known
from runner.values.money import Money
from tests.cli.conftest import Kigen, read

CONFIG = """
timezone: Asia/Tokyo
accounts:
  phone:
    flow: softbank-prepaid
    at: sandbox
    credentials: {phone: 080-0000-3776, password: env:PHONE_PASSWORD}
    lines: {"080-1": {title: 祖母の電話}, "080-2": null}
    policy: {when: days_left <= 7}
    plan: {name: 3000yen, price: 3000 JPY}
    schedule: daily at 09:30
  kiosk:
    flow: manual
    lines: {"070-1": {how: at the post office}}
    schedule: daily at 09:30
"""


@pytest.fixture
def lines(workspace: Path) -> Path:
    (workspace / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return workspace


def test_a_table_with_totals_and_what_it_cannot_know(
    lines: Path, kigen: Kigen, ledger: Ledger
) -> None:
    read(ledger, "phone", "080-1", 20)
    read(ledger, "kiosk", "070-1", 30)
    said = kigen("plan", "--days", "100")
    assert said.code == 0
    rows = said.out.splitlines()
    assert rows[0].split()[:4] == ["when", "account", "line", "what"]
    assert ["祖母の電話" in row and "3000 JPY" in row for row in rows[1:4]] == [True, False, True]
    assert "remind you" in rows[2]
    assert "at the post office" in rows[2]
    assert rows[-1].split() == ["in", "all", "6000", "JPY"]
    assert "phone/080-2: it was never read: `kigen run flow phone --read-only`" in said.err
    assert kigen("plan", "--days", "100", "--quiet").err == ""


def test_json_is_one_document(lines: Path, kigen: Kigen, ledger: Ledger) -> None:
    read(ledger, "phone", "080-1", 20)
    found = kigen("plan", "phone", "--days", "30", "--json").json()
    (action,) = found["actions"]
    day = (datetime.now(UTC) + timedelta(hours=9)).date() + timedelta(days=13)
    assert datetime.fromisoformat(action.pop("at")).astimezone(UTC).date() == day
    assert action == {
        "account": "phone",
        "line": "080-1",
        "title": "祖母の電話",
        "what": "renew",
        "message": "3000yen",
        "price": {"amount": "3000", "currency": "JPY"},
        "lasts_until": (day + timedelta(days=67)).isoformat(),
    }
    (total,) = found["totals"]
    assert total == {"month": f"{day:%Y-%m}", "amount": "3000", "currency": "JPY"}
    assert [note["line"] for note in found["notes"]] == ["080-2"]


def test_what_is_not_settled_is_left_out(lines: Path, kigen: Kigen, ledger: Ledger) -> None:
    run = read(ledger, "phone", "080-1", 3)
    price = Money.parse("3000 JPY")
    renewal = ledger.renewals.plan(run, "phone", "080-1", "c1", "3000yen", price)
    for state in (State.APPROVED, State.COMMITTING, State.UNKNOWN):
        ledger.renewals.move(renewal.id, state, reason="test")
    said = kigen("plan", "phone")
    assert "Nothing is to be done in the next 400 days" in said.out
    assert "a renewal of it is unknown: nothing is paid until that is settled" in said.err


def test_what_was_spent_already_counts(ledger: Ledger) -> None:
    price = Money.parse("3000 JPY")
    run = read(ledger, "phone", "080-1", 3)
    renewal = ledger.renewals.plan(run, "phone", "080-1", "c1", "3000yen", price)
    for state in (State.APPROVED, State.COMMITTING, State.CONFIRMED, State.VERIFIED):
        ledger.renewals.move(renewal.id, state, reason="test", price=price)
    since = datetime.now(UTC) - timedelta(hours=1)
    book = Book(Known.of(ledger).spent)
    book.add(since + timedelta(days=1), "phone", "080-2", price)
    budgets = [
        Budget("all", price, since, *whose) for whose in ((), ("phone", "080-1"), ("other",))
    ]
    assert [str(book.total(one, "JPY")) for one in budgets] == ["6000 JPY", "3000 JPY", "0 JPY"]


@pytest.mark.parametrize("words", [("nobody",), ("--days", "0"), ("--days", "soon")])
def test_mistakes(lines: Path, kigen: Kigen, words: tuple[str, ...]) -> None:
    assert kigen("plan", *words).code == 2
