"""Receipts outlive evidence, and evidence that is still needed outlives the rest."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.renewal.pruning import in_use, prune
from runner.renewal.receipts import keep_receipts
from runner.values.money import Money
from tests.renewal.conftest import Clock


def paid(ledger: Ledger, run_id: str, folder: Path, *states: State, name: str = "r1") -> Renewal:
    """A renewal with a picture as its evidence."""
    (folder / name).mkdir(parents=True)
    (folder / name / "01-confirmation.png").write_bytes(name.encode())
    renewal = ledger.renewals.plan(
        run_id, "a", name, "c", "p", Money.parse("550 JPY"), evidence=name
    )
    for state in (State.APPROVED, State.COMMITTING, *states):
        renewal = ledger.renewals.move(
            renewal.id, state, reason="test", evidence=f"{name}/01-confirmation.png"
        )
    return renewal


def test_what_is_behind_the_moves_is_copied_once(
    ledger: Ledger, run_id: str, tmp_path: Path
) -> None:
    renewal = paid(ledger, run_id, tmp_path / "evidence", State.CONFIRMED)
    more = tmp_path / "receipt.pdf"
    more.write_bytes(b"pdf")
    moves = ledger.renewals.moves(renewal.id)
    for _ in range(2):
        kept = keep_receipts(
            renewal, moves, tmp_path / "evidence", tmp_path / "receipts", [more, tmp_path / "gone"]
        )
        assert [Path(path).name for path in kept] == ["01-confirmation.png", "receipt.pdf"]
    assert sum(path.is_file() for path in (tmp_path / "receipts").rglob("*")) == 2
    assert (tmp_path / kept[1]).read_bytes() == b"pdf"


def test_files_of_two_runs_with_one_name_are_both_kept(
    ledger: Ledger, run_id: str, tmp_path: Path
) -> None:
    renewal = paid(ledger, run_id, tmp_path / "evidence", State.UNKNOWN)
    other = tmp_path / "01-confirmation.png"
    other.write_bytes(b"of another run")
    moves = ledger.renewals.moves(renewal.id)
    kept = keep_receipts(renewal, moves, tmp_path / "evidence", tmp_path / "receipts", [other])
    assert [Path(path).name for path in kept] == ["01-confirmation.png", "01-confirmation-2.png"]
    assert (tmp_path / kept[1]).read_bytes() == b"of another run"


def test_what_can_not_be_copied_does_not_stop_a_run(
    ledger: Ledger, run_id: str, tmp_path: Path
) -> None:
    renewal = paid(ledger, run_id, tmp_path / "evidence", State.CONFIRMED)
    (tmp_path / "receipts").write_text("a file where a folder should be")
    moves = ledger.renewals.moves(renewal.id)
    assert keep_receipts(renewal, moves, tmp_path / "evidence", tmp_path / "receipts") == ()


def test_evidence_of_what_is_not_settled_makes_no_room(
    ledger: Ledger, run_id: str, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "evidence"
    paid(ledger, run_id, folder, State.UNKNOWN, name="open")
    paid(ledger, run_id, folder, State.CONFIRMED, State.VERIFIED, name="settled")
    (folder / "newest").mkdir()
    old = (clock() - timedelta(days=100)).timestamp()
    for name in ("open", "settled"):
        os.utime(folder / name, (old, old))
    assert in_use(ledger) == {"open"}
    gone = prune(folder, keep=timedelta(days=90), at_most=10**9, clock=clock, spare=in_use(ledger))
    assert gone == ["settled"]
    gone = prune(folder, keep=timedelta(days=90), at_most=0, clock=clock, spare=in_use(ledger))
    assert gone == []
    assert (folder / "open" / "01-confirmation.png").exists()
