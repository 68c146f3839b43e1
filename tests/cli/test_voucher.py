"""`voucher add` and `voucher list`: codes come in unseen, and never come out whole."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.values.money import Money
from tests.cli.conftest import Kigen

CODES = "1234-5678-9012-3456\n\n  2222333344445555  \n"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(CODES))


def test_codes_are_put_into_stock_and_shown_by_their_end(
    workspace: Path, kigen: Kigen, typed: None
) -> None:
    said = kigen("voucher", "add", "docomo", "3000 JPY")
    assert (said.code, said.out.count("In stock: •••")) == (0, 2)
    shown = kigen("voucher", "list")
    for part in ("•••3456", "•••5555", "docomo", "3000 JPY", "free", "put into stock"):
        assert part in shown.out
    one, two = kigen("voucher", "list", "--json").json()
    assert (one["code"], one["amount"], one["currency"], one["state"], one["renewal"]) == (
        "•••3456", "3000", "JPY", "free", None,
    )  # fmt: skip
    assert two["flow"] == "docomo"
    for code in ("1234567890123456", "1234-5678", "2222333344445555"):
        assert code not in said.out + said.err + shown.out + str([one, two])


def test_a_code_is_taken_once(
    workspace: Path, kigen: Kigen, typed: None, monkeypatch: pytest.MonkeyPatch, ledger: Ledger
) -> None:
    assert kigen("voucher", "add", "docomo", "3000 JPY").code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("1234567890123456\nab\n"))
    said = kigen("voucher", "add", "docomo", "3000 JPY")
    assert said.code == 1
    assert "in stock already" in said.err
    assert "4 to 64 letters and digits" in said.err
    assert len(ledger.vouchers.list()) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("docmo", "3000 JPY"), "there is no flow `docmo`"),
        (("docomo", "3000"), "`3000` is no amount"),
        (("docomo", "0 JPY"), "worth more than nothing"),
    ],
)
def test_mistakes_are_told_before_a_code_is_read(
    workspace: Path, kigen: Kigen, typed: None, words: tuple[str, str], told: str
) -> None:
    said = kigen("voucher", "add", *words)
    assert (said.code, told in said.err) == (2, True)
    assert kigen("voucher", "list").out == "No voucher was ever in stock.\n"


def test_no_code_at_all_is_a_mistake(
    workspace: Path, kigen: Kigen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert kigen("voucher", "add", "docomo", "3000 JPY").code == 2


def test_its_owner_settles_one_that_is_left_over(
    workspace: Path, kigen: Kigen, typed: None, ledger: Ledger
) -> None:
    assert kigen("voucher", "add", "docomo", "3000 JPY").code == 0
    price, now = Money.parse("3000 JPY"), datetime.now(UTC)
    run = ledger.runs.start("docomo", "docomo", deadline_at=now, trigger="hand")
    renewal = ledger.renewals.plan(run.id, "docomo", "1", "c", "1GB", price)
    held = ledger.vouchers.reserve("docomo", price, renewal.id)
    assert held is not None
    assert "for a renewal that is planned" in kigen("voucher", "spoil", held.id).err
    ledger.renewals.move(renewal.id, State.ABORTED, reason="test")
    assert kigen("voucher", "release", held.id).out == "•••3456, 3000 JPY for docomo, is free.\n"
    assert kigen("voucher", "release", held.id).code != 0
    assert kigen("voucher", "spoil", "nothing").code == 2
