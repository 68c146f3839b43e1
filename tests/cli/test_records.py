"""`history`, `export renewals` and `approve`: what the ledger holds, and the owner's word."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from runner.ledger.ledger import Ledger, utc_now
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.renewal.approval import ask
from runner.values.money import Money
from tests.cli.conftest import Kigen, read

FIELDS = {
    "id", "account", "line", "cycle", "plan", "state", "amount", "currency", "reference",
    "created_at", "updated_at", "paid_at", "receipts",
}  # fmt: skip


@pytest.fixture
def renewal(workspace: Path, ledger: Ledger) -> Renewal:
    run = read(ledger, "first", "090-1", 2, "needs_you")
    return ledger.renewals.plan(run, "first", "090-1", "c1", "1GB", Money.parse("1100 JPY"))


def test_approve_moves_it_with_the_reason(renewal: Renewal, ledger: Ledger, kigen: Kigen) -> None:
    said = kigen("approve", renewal.id, "--reason", "grandmother travels")
    assert said.code == 0
    assert "first/090-1, 1GB for 1100 JPY" in said.out
    assert ledger.renewals.get(renewal.id).state is State.APPROVED
    last = ledger.renewals.moves(renewal.id)[-1]
    assert (last.reason, last.evidence) == ("grandmother travels", "kigen approve")


def test_an_approval_that_comes_too_late_is_none(
    renewal: Renewal, ledger: Ledger, kigen: Kigen
) -> None:
    price = Money.parse("1100 JPY")
    asked = ask(ledger, renewal, price, utc_now() - timedelta(minutes=1), "above the limit")
    said = kigen("approve", renewal.id)
    assert (said.code, "comes too late" in said.err) == (2, True)
    assert ledger.renewals.get(renewal.id) == asked


def test_approve_only_what_waits(renewal: Renewal, ledger: Ledger, kigen: Kigen) -> None:
    assert renewal.id in kigen("approve", "wrong").err
    assert kigen("approve", renewal.id, "--reason", " ").code == 2
    assert ledger.renewals.get(renewal.id).state is State.PLANNED
    ledger.renewals.move(renewal.id, State.ABORTED, reason="test")
    said = kigen("approve", renewal.id)
    assert said.code == 2
    assert "is aborted: it does not wait for approval" in said.err
    assert "no renewal is planned" in said.err


def unknown(renewal: Renewal, ledger: Ledger) -> None:
    for state in (State.APPROVED, State.COMMITTING, State.UNKNOWN):
        ledger.renewals.move(renewal.id, state, reason="test")


@pytest.mark.parametrize(
    ("word", "state"), [("--charged", State.CHARGED), ("--not-charged", State.NOT_CHARGED)]
)
def test_resolve_an_unknown_payment(
    renewal: Renewal, ledger: Ledger, kigen: Kigen, word: str, state: State
) -> None:
    unknown(renewal, ledger)
    assert f"`kigen resolve {renewal.id} …`" in kigen("status").err
    assert kigen("resolve", renewal.id, word, "--reason", "card statement").code == 0
    assert ledger.renewals.get(renewal.id).state is state
    last = ledger.renewals.moves(renewal.id)[-1]
    assert (last.reason, last.evidence) == ("card statement", "kigen resolve")


@pytest.mark.parametrize(
    ("state", "word", "ends"),
    [
        (State.RENEWAL_PENDING, "--charged", State.VERIFIED),
        (State.RENEWAL_PENDING, "--not-charged", State.NOT_CHARGED),
        (State.CONFIRMED, "--not-charged", State.NOT_CHARGED),
        (State.CHARGED, "--charged", State.VERIFIED),
        (State.CHARGED, "--not-charged", State.NOT_CHARGED),
        (State.AWAITING_PAYMENT, "--charged", State.CONFIRMED),
        (State.AWAITING_PAYMENT, "--not-charged", State.ABORTED),
    ],
)
def test_resolve_what_was_paid_and_never_came(
    renewal: Renewal, ledger: Ledger, kigen: Kigen, state: State, word: str, ends: State
) -> None:
    ways = {
        State.RENEWAL_PENDING: [State.CONFIRMED, state],
        State.CHARGED: [State.UNKNOWN, state],
    }
    for step in (State.APPROVED, State.COMMITTING, *ways.get(state, [state])):
        ledger.renewals.move(renewal.id, step, reason="test")
    assert kigen("resolve", renewal.id, word).code == 0
    assert ledger.renewals.get(renewal.id).state is ends


def test_resolve_only_what_is_open(renewal: Renewal, ledger: Ledger, kigen: Kigen) -> None:
    said = kigen("resolve", renewal.id, "--charged")
    assert (said.code, "is planned: there is nothing to resolve" in said.err) == (2, True)
    unknown(renewal, ledger)
    assert renewal.id in kigen("resolve", "wrong", "--charged").err
    assert kigen("resolve", renewal.id, "--charged", "--not-charged").code == 2
    assert kigen("resolve", renewal.id).code == 2
    assert kigen("resolve", renewal.id, "--charged", "--reason", " ").code == 2
    assert ledger.renewals.get(renewal.id).state is State.UNKNOWN
    ledger.renewals.move(renewal.id, State.NOT_CHARGED, reason="test")
    assert kigen("resolve", renewal.id, "--charged").code == 2


def test_export(renewal: Renewal, ledger: Ledger, process: Kigen) -> None:
    ledger.renewals.move(renewal.id, State.APPROVED, reason="test")
    ledger.renewals.move(renewal.id, State.COMMITTING, reason="test")
    receipts = ["receipts/r/a.png", "receipts/r/b.pdf"]
    ledger.renewals.move(
        renewal.id, State.CONFIRMED, reason="test", reference='a "b", c', receipts=receipts
    )
    (row,) = process("export", "renewals", "--json").json()
    assert set(row) == FIELDS
    assert (row["account"], row["line"], row["cycle"]) == ("first", "090-1", "c1")
    assert (row["amount"], row["currency"], row["state"]) == ("1100", "JPY", "confirmed")
    assert row["reference"] == 'a "b", c'
    assert row["receipts"] == receipts
    assert row["paid_at"] is not None
    (line,) = csv.DictReader(io.StringIO(process("export", "renewals", "--csv").out))
    assert line == row | {"receipts": "receipts/r/a.png receipts/r/b.pdf"}


def test_export_of_nothing(workspace: Path, kigen: Kigen) -> None:
    assert kigen("export", "renewals", "--json").json() == []
    assert set(kigen("export", "renewals", "--csv").out.strip().split(",")) == FIELDS
    assert kigen("export", "renewals", "--csv", "--json").code == 2


def test_history_shows_runs_renewals_readings_and_curves(
    renewal: Renewal, ledger: Ledger, kigen: Kigen
) -> None:
    read(ledger, "first", "090-1", 32, "renewed")
    said = kigen("history", "first")
    assert said.code == 0
    for part in ("needs you", "renewed", "c1", "1100 JPY", "550 JPY", "as it went"):
        assert part in said.out
    assert "balance of 090-1" in said.out
    assert "days left of 090-1" in said.out
    assert "▕" in said.out


def test_history_as_json(renewal: Renewal, ledger: Ledger, process: Kigen) -> None:
    read(ledger, "first", "090-9", 5)
    everything = process("history", "first", "--json").json()
    assert [run["outcome"] for run in everything["runs"]] == ["nothing_due", "needs_you"]
    assert {one["line"] for one in everything["readings"]} == {"090-1", "090-9"}
    assert everything["renewals"][0]["price"] == {"amount": "1100", "currency": "JPY"}
    one = process("history", "first", "090-9", "--json").json()
    assert {reading["line"] for reading in one["readings"]} == {"090-9"}
    assert one["renewals"] == []


def test_history_looks_back_only_so_far(workspace: Path, ledger: Ledger, kigen: Kigen) -> None:
    run = read(ledger, "first", "090-1", 5)
    long_ago = utc_now() - timedelta(days=40)
    ledger.readings.add(run, "first", "090-1", days_left=45, at=long_ago)
    assert len(kigen("history", "first", "--json").json()["readings"]) == 2
    assert len(kigen("history", "first", "--days", "30", "--json").json()["readings"]) == 1


def test_history_of_what_is_not_there(renewal: Renewal, kigen: Kigen) -> None:
    assert "did you mean `090-1`?" in kigen("history", "first", "090-7").err
    assert kigen("history", "second").out == "No run of second in this time.\n"


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_history_fits_the_terminal(renewal: Renewal, process: Kigen, columns: int) -> None:
    said = process("history", "first", COLUMNS=str(columns))
    assert max(map(len, said.out.splitlines())) <= columns
