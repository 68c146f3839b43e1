"""Proofs: the last run of each version of a flow, and of how far it came."""

from __future__ import annotations

import pytest

from runner.ledger.errors import LedgerError
from runner.ledger.ledger import Ledger
from runner.ledger.records import Run
from tests.ledger.conftest import Clock


def test_the_last_run_of_each_version_is_kept(ledger: Ledger, run: Run, clock: Clock) -> None:
    first = clock.now
    ledger.proofs.add("docomo", "aaaa", "read", run.id)
    later = clock.forward(days=1)
    ledger.proofs.add("docomo", "bbbb", "read", run.id)
    ledger.proofs.add("docomo", "bbbb", "renewed", run.id)
    ledger.proofs.add("au", "cccc", "read", run.id)
    found = ledger.proofs.list("docomo")
    assert [(proof.digest, proof.reach, proof.at) for proof in found] == [
        ("bbbb", "renewed", later),
        ("bbbb", "read", later),
        ("aaaa", "read", first),
    ]
    latest = clock.forward(days=1)
    ledger.proofs.add("docomo", "aaaa", "read", run.id)
    newest = ledger.proofs.list("docomo")[0]
    assert (newest.digest, newest.at) == (
        "aaaa",
        latest,
    )
    assert len(ledger.proofs.list()) == 4


def test_nothing_else_is_a_proof(ledger: Ledger, run: Run) -> None:
    with pytest.raises(LedgerError):
        ledger.proofs.add("docomo", "aaaa", "nearly", run.id)
    with pytest.raises(LedgerError):
        ledger.proofs.add("docomo", "aaaa", "read", "no run")
    assert ledger.proofs.list() == []
