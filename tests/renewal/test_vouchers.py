"""Vouchers pay renewals: each code is sent once at most, is sealed at rest, and shown to nobody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.browser.keys import Place
from runner.browser.rotation import rotate
from runner.browser.vault import Vault
from runner.flow.library import Library
from runner.flow.mistakes import Mistakes
from runner.ledger.ledger import Ledger
from runner.ledger.states import VoucherState
from runner.renewal.resolution import resolve
from runner.renewal.vouchers import KnownCode, NoCode, shown
from runner.values.money import Money
from runner.values.secret import Secret
from tests.page.conftest import Practice, loop_runner, practice, practice_browser, served
from tests.renewal.conftest import Clock
from tests.renewal.shop import Owner, owner_of

__all__ = ["loop_runner", "practice", "practice_browser", "served"]
YEN = Money.parse("3000 JPY")
ONE, TWO = "1234-5678-9012-3456", "2222 3333 4444 5555"


@pytest.fixture
def owner(practice: Practice, ledger: Ledger, clock: Clock) -> Owner:
    owner = owner_of(practice, ledger, clock)
    owner.flow(voucher=True)
    return owner


def stocked(owner: Owner, *codes: str) -> None:
    for code in codes:
        owner.clock.move(seconds=1)
        owner.stock.add("practice", YEN, Secret(code))


def vouchers(owner: Owner) -> list[tuple[str, str]]:
    return [(one.ending, one.state.value) for one in owner.ledger.vouchers.list()]


def test_a_renewal_is_paid_with_the_oldest_one(owner: Owner) -> None:
    stocked(owner, ONE, TWO)
    owner.run("renewed")
    assert owner.shop.entered == ["1234567890123456"]
    assert vouchers(owner) == [("3456", "used"), ("5555", "free")]
    (renewal,) = owner.renewals()
    assert owner.ledger.vouchers.list()[0].renewal_id == renewal.id


def test_without_one_nothing_is_begun_and_the_owner_is_told_what_to_do(owner: Owner) -> None:
    owner.stock.add("practice", Money.parse("5000 JPY"), Secret(ONE))
    result = owner.run("needs_you")
    assert "no voucher of 3000 JPY for practice is in stock" in result.message
    assert 'kigen voucher add practice "3000 JPY"' in str(result.hint)
    assert (owner.practice.site.posts, owner.states()) == ([], [])


def test_a_dry_run_types_none(owner: Owner) -> None:
    stocked(owner, ONE)
    result = owner.run("read_only", dry_run=True)
    assert "before a voucher's code is typed" in result.message
    assert (owner.practice.site.posts, vouchers(owner)) == ([], [("3456", "free")])


def test_one_that_the_site_refuses_is_spoiled_and_the_next_is_taken(owner: Owner) -> None:
    stocked(owner, ONE, TWO)
    owner.shop.wrong = frozenset({"1234567890123456"})
    owner.run("declined")
    assert vouchers(owner) == [("3456", "spoiled"), ("5555", "free")]
    owner.run("renewed")
    assert owner.shop.entered == ["1234567890123456", "2222333344445555"]
    assert vouchers(owner) == [("3456", "spoiled"), ("5555", "used")]


def test_one_that_was_typed_and_not_paid_with_is_not_typed_again(owner: Owner) -> None:
    """The site may have refused it on the way to the paying button."""
    stocked(owner, ONE)
    owner.shop.price = "3,300円"
    owner.run("too_expensive")
    assert vouchers(owner) == [("3456", "reserved")]
    owner.shop.price = "3,000円"
    told = owner.run("needs_you")
    assert "•••3456 may have been typed by a renewal that was given up" in told.message
    (voucher,) = owner.ledger.vouchers.list()
    assert f"kigen voucher release {voucher.id}" in str(told.hint)
    assert owner.shop.entered == []
    owner.ledger.vouchers.settle(voucher.id, VoucherState.FREE, "looked at")
    owner.run("renewed")
    assert owner.shop.entered == ["1234567890123456"]


@pytest.mark.parametrize(
    ("charged", "state"),
    [
        pytest.param(True, "used", marks=pytest.mark.nightly),
        pytest.param(False, "spoiled", marks=pytest.mark.nightly),
    ],
)
def test_an_unknown_one_stays_reserved_and_is_never_entered_again(
    owner: Owner, charged: bool, state: str
) -> None:
    stocked(owner, ONE, TWO)
    owner.shop.answer = "<p>しばらくお待ちください</p>"
    owner.run("payment_unknown")
    owner.run("payment_unknown")
    assert vouchers(owner) == [("3456", "reserved"), ("5555", "free")]
    (renewal,) = owner.renewals()
    resolve(owner.ledger, renewal, charged=charged, reason="I asked them", by="test")
    assert vouchers(owner) == [("3456", state), ("5555", "free")]
    owner.shop.answer = None
    owner.run("renewal_pending" if charged else "renewed")
    assert owner.shop.entered == ["1234567890123456", "2222333344445555"][: 1 if charged else 2]


def test_what_waits_for_approval_keeps_its_own(owner: Owner) -> None:
    from runner.config.model import Policy
    from runner.renewal.approval import approve

    stocked(owner, ONE, TWO)
    asks = {"when": "days_left <= 7", "approve": "above 1000 JPY"}
    owner.agree(policy=Policy.model_validate(asks))
    owner.run("needs_you")
    assert vouchers(owner) == [("3456", "reserved"), ("5555", "free")]
    approve(owner.ledger, owner.renewals()[0], "yes", "test", owner.clock())
    owner.run("renewed")
    assert owner.shop.entered == ["1234567890123456"]


def test_a_run_that_has_typed_none_pays_nothing(owner: Owner) -> None:
    stocked(owner, ONE)
    file = owner.practice.folder / "flows" / "practice.yaml"
    typed = 'fill: {code: "{{ voucher.code }}"}'
    never = f"if: {{that: plan.price < 1 JPY, then: [{{{typed}}}]}}"
    assert typed in file.read_text()
    file.write_text(file.read_text().replace(typed, never))
    assert "has typed no voucher" in owner.run("needs_you").message
    assert (owner.shop.charges, vouchers(owner)) == ([], [("3456", "free")])


def test_a_code_is_taken_once_whatever_it_is_written_like(owner: Owner) -> None:
    stocked(owner, ONE)
    for again in (ONE, "1234567890123456", "1234 5678 9012 3456"):
        with pytest.raises(KnownCode):
            owner.stock.add("practice", YEN, Secret(again))
    owner.run("renewed")
    with pytest.raises(KnownCode):
        owner.stock.add("practice", YEN, Secret(ONE))
    for wrong in ("", "12", "code, please", "1" * 65):
        with pytest.raises(NoCode):
            owner.stock.add("practice", YEN, Secret(wrong))
    assert len(owner.ledger.vouchers.list()) == 1


def test_no_code_lies_open_anywhere(owner: Owner) -> None:
    stocked(owner, ONE, "77771")
    owner.run("renewed")
    short = owner.ledger.vouchers.list()[1]
    assert shown(short) == "•••"
    files = [path for path in owner.practice.folder.rglob("*") if path.is_file()]
    assert any(path.parent.name == "vouchers" for path in files)
    for path in files:
        data = path.read_bytes()
        assert b"1234567890123456" not in data, path
        assert b"1234-5678" not in data, path
        assert path.suffix == ".png" or b"77771" not in data, path


def test_the_key_can_be_changed(owner: Owner) -> None:
    stocked(owner, ONE)
    assert rotate(Vault(owner.home, {}), Place.FILE).unopened == []
    with pytest.raises(KnownCode):
        owner.stock.add("practice", YEN, Secret(ONE))
    owner.run("renewed")
    assert owner.shop.entered == ["1234567890123456"]


def test_one_whose_code_is_not_here_is_not_used(owner: Owner) -> None:
    stocked(owner, ONE)
    for file in (owner.home / "vouchers").iterdir():
        file.unlink()
    assert "is not kept on this machine" in owner.run("needs_you").message
    assert owner.shop.charges == []
    assert owner.ledger.vouchers.list()[0].state is VoucherState.FREE


LINT = """
flow: f
title: F
hosts: [f.example.jp]
plans: {"3000": {price: 3000 JPY%s}}
signals: {signed_in: {visible: out}}
login: [{goto: https://f.example.jp/}]
read: [{goto: https://f.example.jp/}%s]
renew: [{fill: {box: "%s"}}]
"""


@pytest.mark.parametrize(
    ("plan", "read", "typed", "wrong"),
    [
        (", pay_with: voucher", "", "{{ voucher.code }}", None),
        (", pay_with: voucher", "", "x", "no step types the voucher"),
        ("", "", "{{ voucher.code }}", "no plan is paid with a voucher"),
        (
            ", pay_with: voucher",
            "",
            "No {{ voucher.code }}",
            "only be filled into a box, and stands",
        ),
        (", pay_with: voucher", "", "{{ voucher.cod }}", "`voucher.cod` is not known"),
        (
            ", pay_with: voucher",
            ', {fill: {box: "{{ voucher.code }}"}}',
            "{{ voucher.code }}",
            "`voucher` is not known here",
        ),
    ],
)
def test_lint_knows_vouchers(
    tmp_path: Path, plan: str, read: str, typed: str, wrong: str | None
) -> None:
    for folder in ("flows", "selectors"):
        (tmp_path / folder).mkdir()
    (tmp_path / "flows/f.yaml").write_text(LINT % (plan, read, typed))
    (tmp_path / "selectors/f.yaml").write_text(
        "site: f\nselectors: {box: {css: input}, out: {css: a}}\n"
    )
    if wrong is None:
        Library([tmp_path]).load("f")
    else:
        with pytest.raises(Mistakes, match=re.escape(wrong)):
            Library([tmp_path]).load("f")
