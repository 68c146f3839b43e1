"""`kigen status`, with real ledgers and in real processes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.cli.table import width
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.values.money import Money
from tests.cli.conftest import Kigen, read


@pytest.fixture
def lived(workspace: Path, ledger: Ledger) -> Ledger:
    """Three lines: one is fine, one urgent, one expired."""
    read(ledger, "first", "090-1", 40, "renewed")
    read(ledger, "second", "090-2", 2)
    read(ledger, "second", "090-3", -1)
    return ledger


def test_json_tells_everything_in_order_of_danger(lived: Ledger, process: Kigen) -> None:
    said = process("status", "--json")
    lines = said.json()
    assert [line["line"] for line in lines] == ["090-3", "090-2", "090-1"]
    assert [line["danger"] for line in lines] == ["expired", "urgent", "fine"]
    assert [line["days_left"] for line in lines] == [-1, 2, 40]
    fine = lines[2]
    assert fine["title"] == "祖母の電話"
    assert fine["balance"] == {"amount": "550", "currency": "JPY"}
    assert fine["data_left"] is None
    assert fine["last_run"]["outcome"] == "renewed"
    assert datetime.fromisoformat(fine["next_run"]) > datetime.now(UTC)
    assert lines[0]["next_run"] is None
    assert said.err == ""


def test_lines_that_were_never_read(workspace: Path, kigen: Kigen) -> None:
    lines = kigen("status", "--json").json()
    assert {line["danger"] for line in lines} == {"not read"}
    assert all(line["last_run"] is None for line in lines)
    assert "not read" in kigen("status").out


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_the_table_fits_the_terminal(lived: Ledger, process: Kigen, columns: int) -> None:
    said = process("status", COLUMNS=str(columns))
    lines = said.out.splitlines()
    assert max(width(line) for line in lines) <= columns
    assert [line.split()[0] for line in lines[1:4]] == ["second", "second", "first"]
    assert ("next run" in lines[0]) == (columns > 60)
    assert "\x1b" not in said.out


def test_colours(lived: Ledger, process: Kigen) -> None:
    assert "\x1b[1;31mexpired\x1b[0m" in process("status", FORCE_COLOR="1").out
    assert "\x1b" not in process("status", FORCE_COLOR="1", NO_COLOR="1").out
    assert "\x1b" not in process("status", "--no-color", FORCE_COLOR="1").out


def test_what_waits_for_the_owner_is_named(lived: Ledger, kigen: Kigen) -> None:
    run = read(lived, "second", "090-2", 2, "needs_you")
    renewal = lived.renewals.plan(run, "second", "090-2", "c1", "1GB", Money.parse("1100 JPY"))
    assert f"`kigen approve {renewal.id}` lets it be paid" in kigen("status").err
    lived.renewals.move(renewal.id, State.APPROVED, reason="test")
    assert "is approved" in kigen("status").err
    assert kigen("status", "--quiet").err == ""
    found = [line["renewal"] for line in kigen("status", "--json").json()]
    assert {"id": renewal.id, "state": "approved", "cycle": "c1"} in found


def test_another_workspace_and_none_at_all(workspace: Path, kigen: Kigen, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "config.yaml").write_text("accounts: {}\n")
    for words in (["--workspace", str(empty), "status"], ["status", "--workspace", str(empty)]):
        assert kigen(*words).out == f"No accounts in {empty / 'config.yaml'} yet.\n"
    assert kigen("status", "--json", "--workspace", str(empty)).json() == []
