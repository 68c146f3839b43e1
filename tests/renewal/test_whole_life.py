"""The life of a renewal in whole runs, at a small shop: asked, paid, looked at again, settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from runner.config.model import Plan, Policy
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.renewal.approval import approve, is_asked
from runner.renewal.resolution import resolve
from runner.values.money import Money
from tests.page.conftest import Practice, loop_runner, practice, practice_browser, served
from tests.renewal.calls import called
from tests.renewal.conftest import Clock
from tests.renewal.shop import FIRST_EXPIRY, FLOW, NAMES, Owner, owner_of

__all__ = ["loop_runner", "practice", "practice_browser", "served"]
PAID = ["planned", "approved", "committing", "confirmed", "verified"]
ASKS = Policy.model_validate({"when": "days_left <= 7", "approve": "above 1000 JPY"})


@pytest.fixture
def owner(practice: Practice, ledger: Ledger, clock: Clock) -> Owner:
    return owner_of(practice, ledger, clock)


def test_it_is_paid_once_and_its_receipts_are_kept_for_good(owner: Owner) -> None:
    result = owner.run("renewed")
    assert (owner.shop.charges, owner.states()) == (["3,000円"], [PAID])
    (renewal,) = owner.renewals()
    assert (renewal.reference, renewal.next_at) == ("A-1", None)
    files = [owner.home / path for path in renewal.receipts]
    assert [file.name for file in files] == [
        "01-confirmation.png", "02-receipt.png", "receipt.pdf",
    ]  # fmt: skip
    pdf = next(file for file in files if file.suffix == ".pdf")
    assert pdf.read_bytes() == b"%PDF-1.4 a receipt"
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert {file.parent.stat().st_mode & 0o777 for file in files} == {0o700}
    folder = result.evidence
    assert folder is not None
    moves = owner.ledger.renewals.moves(renewal.id)
    shown = [str(move.evidence).rpartition("/")[2] for move in moves[1:]]
    assert shown == ["01-confirmation.png"] * 3 + ["02-receipt.png"]
    assert all(move.run_id and move.evidence and move.reason for move in moves)
    owner.run("nothing_due")
    assert owner.shop.charges == ["3,000円"]


def test_the_owner_is_asked_with_a_picture_and_it_goes_on_when_they_say_so(owner: Owner) -> None:
    owner.agree(policy=ASKS)
    result = owner.run("needs_you")
    (renewal,) = owner.renewals()
    assert f"kigen approve {renewal.id}" in str(result.hint)
    assert result.picture is not None
    assert result.picture.endswith("confirmation.png")
    assert is_asked(renewal)
    assert renewal.price == Money.parse("3000 JPY")
    assert renewal.next_at is not None
    waits = renewal.next_at - owner.clock()
    assert timedelta(days=3) - timedelta(seconds=5) < waits <= timedelta(days=3)
    seen = len(owner.practice.site.posts)
    assert "still waits for your approval" in owner.run("needs_you").message
    assert len(owner.practice.site.posts) == seen  # no order is begun while it waits
    assert owner.shop.charges == []

    approve(owner.ledger, renewal, "yes", "test", owner.clock())
    assert called(owner.ledger, owner.clock()) == {"shop": True}
    owner.run("renewed")
    assert (owner.shop.charges, owner.states()) == (["3,000円"], [PAID])
    assert called(owner.ledger, owner.clock() + timedelta(days=9)) == {}


def test_an_approval_is_for_that_price_and_no_higher_one(owner: Owner) -> None:
    plan = Plan(name="3000", price=Money.parse("3000 JPY"), tolerance=Money.parse("500 JPY"))
    owner.agree(policy=ASKS, plan=plan)
    owner.run("needs_you")
    (first,) = owner.renewals()
    approve(owner.ledger, first, "yes", "test", owner.clock())
    owner.shop.price = "3,100円"
    assert "3100 JPY needs your approval" in owner.run("needs_you").message
    assert owner.shop.charges == []
    first, second = owner.renewals()
    assert owner.states() == [["planned", "approved", "aborted"], ["planned"]]
    assert second.price == Money.parse("3100 JPY")
    approve(owner.ledger, second, "yes", "test", owner.clock())
    owner.shop.price = "3,050円"
    owner.run("renewed")  # less than approved is fine
    assert owner.shop.charges == ["3,050円"]


@pytest.mark.parametrize(("limit", "price"), [("3000 JPY", "3,200円"), ("1000 JPY", "3,000円")])
def test_what_the_policy_approved_is_held_against_the_policy_again(
    owner: Owner, limit: str, price: str
) -> None:
    """A run that was killed between approval and intent leaves a renewal approved; then the price
    rises, or the owner wants to be asked from less on.
    """
    plan = Plan(name="3000", price=Money.parse("3000 JPY"), tolerance=Money.parse("500 JPY"))
    asks = Policy.model_validate({"when": "days_left <= 7", "approve": f"above {limit}"})
    owner.agree(policy=asks, plan=plan)
    run = owner.ledger.runs.start("shop", "practice", trigger="hand", deadline_at=owner.clock())
    renewal = owner.ledger.renewals.plan(
        run.id, "shop", "main", f"expires {FIRST_EXPIRY}", "3000", plan.price
    )
    owner.ledger.renewals.move(renewal.id, State.APPROVED, reason="the price is as agreed")
    owner.shop.price = price
    owner.run("needs_you")
    assert owner.shop.charges == []
    assert owner.states() == [["planned", "approved", "aborted"], ["planned"]]


def test_an_approval_runs_out_and_is_asked_for_anew(owner: Owner) -> None:
    week = Policy.model_validate(
        {"when": "days_left <= 7", "approve": "above 1000 JPY", "approve_within": "6 hours"}
    )
    owner.agree(policy=week)
    owner.run("needs_you")
    owner.clock.move(hours=6)
    assert "needs your approval" in owner.run("needs_you").message
    assert owner.states() == [["planned", "aborted"], ["planned"]]
    assert owner.shop.charges == []


def test_what_is_not_wanted_any_more_is_dropped(owner: Owner) -> None:
    owner.agree(policy=ASKS)
    owner.run("needs_you")
    (renewal,) = owner.renewals()
    approve(owner.ledger, renewal, "yes", "test", owner.clock())
    owner.shop.shown = FIRST_EXPIRY + timedelta(days=60)  # renewed by hand meanwhile
    owner.run("nothing_due")
    assert owner.states() == [["planned", "approved", "aborted"]]
    assert owner.shop.charges == []


def test_the_caps_of_line_account_and_workspace_hold(owner: Owner) -> None:
    from runner.config.model import Caps

    owner.agree(caps=Caps(month=Money.parse("2999 JPY")))
    assert "the line's cap for a month" in owner.run("too_expensive").message
    assert (owner.shop.charges, owner.states()) == ([], [["planned", "aborted"]])


@pytest.mark.parametrize(("moves", "shown"), [(0, None), (59, None), (60, FIRST_EXPIRY)])
def test_an_expiry_that_does_not_move_enough_is_no_success(
    owner: Owner, moves: int, shown: object
) -> None:
    """The history shows the charge all the same."""
    owner.shop.moves, owner.shop.shown = moves, shown  # type: ignore[assignment]
    owner.run("renewal_pending")
    for _ in range(3):
        owner.run("renewal_pending")
    assert (len(owner.shop.charges), owner.states()) == (1, [[*PAID[:-1], "renewal_pending"]])


def test_a_pending_one_is_looked_at_by_itself_and_told_once_when_it_takes_too_long(
    owner: Owner,
) -> None:
    owner.shop.shown = FIRST_EXPIRY
    first = owner.run("renewal_pending")
    (renewal,) = owner.renewals()
    paid, looks, news = owner.clock(), [], [first.once]
    while len(looks) < 7:
        (renewal,) = owner.renewals()
        assert renewal.next_at is not None
        owner.clock.now = renewal.next_at - timedelta(minutes=1)
        assert called(owner.ledger, owner.clock()) == {}
        result = owner.run("renewal_pending", read_only=True, trigger="look")
        assert called(owner.ledger, owner.clock()) == {}
        looks.append(round((owner.clock() - paid).total_seconds() / 60))
        news.append(result.once)
    assert looks == [2, 4, 8, 16, 30, 60, 120]
    assert news == [f"{renewal.id}/pending"] * 5 + [f"{renewal.id}/overdue"] * 3
    assert "ask the shop (0120-000-000), with receipt A-1" in result.message
    assert owner.shop.charges == ["3,000円"]

    owner.shop.shown = None  # it is active at last
    owner.run("renewed", read_only=True, trigger="look")
    (renewal,) = owner.renewals()
    assert (renewal.state, renewal.next_at) == (State.VERIFIED, None)
    assert owner.shop.charges == ["3,000円"]


def test_an_unknown_one_waits_for_proof_or_for_the_owners_word(owner: Owner) -> None:
    owner.shop.answer = "<p>しばらくお待ちください</p>"
    result = owner.run("payment_unknown")
    (renewal,) = owner.renewals()
    assert f"kigen resolve {renewal.id} --charged" in str(result.hint)
    result = owner.run("payment_unknown")
    assert f"kigen resolve {renewal.id} --charged" in str(result.hint)
    assert result.picture is not None
    assert result.picture.endswith("provider.png")
    assert len(owner.shop.entered) == 1
    kept = owner.ledger.renewals.get(renewal.id).receipts
    assert any(path.endswith("confirmation.png") for path in kept)
    resolve(owner.ledger, renewal, charged=False, reason="the statement", by="test")
    owner.shop.answer = None
    owner.run("renewed")
    unknown = ["planned", "approved", "committing", "unknown", "not_charged"]
    assert owner.states() == [unknown, PAID]
    assert len(owner.shop.charges) == 1


@pytest.mark.nightly
def test_a_site_that_falls_back_to_old_figures_is_asked_about(owner: Owner) -> None:
    owner.run("renewed")
    owner.shop.shown = FIRST_EXPIRY
    result = owner.run("needs_you")
    assert "the expiry has gone back from 2027-01-23 to 2026-11-24" in result.message
    assert len(owner.shop.charges) == 1
    second = owner.renewals()[-1]
    assert second.cycle == f"expires {FIRST_EXPIRY} #2"
    approve(owner.ledger, second, "it was taken back, I asked them", "test", owner.clock())
    owner.shop.shown = None
    owner.shop.moves = 0  # what the second order moves does not matter here
    owner.run("renewal_pending")
    assert len(owner.shop.charges) == 2


def test_an_order_to_be_paid_elsewhere_is_looked_at_until_it_is_paid(owner: Owner) -> None:
    owner.shop.answer = "お支払番号 <b id=receipt>123-456</b>"
    result = owner.run("awaiting_payment")
    (renewal,) = owner.renewals()
    assert (renewal.state, renewal.reference) == (State.AWAITING_PAYMENT, "123-456")
    assert "number 123-456" in result.message
    assert any(path.endswith("receipt.png") for path in renewal.receipts)
    owner.run("awaiting_payment")
    assert len(owner.shop.entered) == 1
    owner.shop.charges.append("3,000円")  # paid at a shop
    owner.run("renewed")
    assert owner.states() == [
        ["planned", "approved", "committing", "awaiting_payment", "confirmed", "verified"]
    ]


def test_another_plan_is_asked_about_anew(owner: Owner) -> None:
    owner.agree(policy=ASKS)
    owner.run("needs_you")
    (first,) = owner.renewals()
    approve(owner.ledger, first, "yes", "test", owner.clock())
    owner.agree(plan=Plan(name="another", price=Money.parse("3000 JPY")))
    owner.run("needs_you")
    assert owner.states() == [["planned", "approved", "aborted"], ["planned"]]
    assert [renewal.plan for renewal in owner.renewals()] == ["3000", "another"]
    assert owner.shop.charges == []


COMES_UP = """
interrupts:
  - name: campaign
    when: {visible: campaign}
    do: [{click: close}]
"""
CLOSE = 'campaign: {css: "#campaign"}\nclose: {role: button, name: 閉じる}\n'
AT_THE_CLICK = """
<div id=campaign hidden style="position:fixed;inset:0;background:white">
<button onclick="this.parentElement.remove()">閉じる</button></div>
<script>
addEventListener('pointermove', () => {
  const asked = new XMLHttpRequest()
  asked.open('GET', '/paying', false)
  asked.send()
  const campaign = document.querySelector('#campaign')
  if (campaign && asked.responseText.includes('paying')) campaign.hidden = false
})
</script>"""


@pytest.mark.parametrize("closes", [True, False])
def test_what_comes_over_the_button_in_the_last_moment(
    owner: Owner, ledger: Ledger, closes: bool
) -> None:
    """The click never reached the page: the order begins anew, once."""
    owner.practice.flow(
        FLOW % {"type": "", "pay_with": ""} + (COMES_UP if closes else ""), NAMES + CLOSE
    )
    usual, pages = owner.shop.confirm, owner.practice.site.pages

    def paying(_: Mapping[str, str]) -> str:
        return (
            "paying"
            if [one.state for one in ledger.renewals.list()] == [State.COMMITTING]
            else "no"
        )

    pages["/confirm"] = lambda query: usual(query) + AT_THE_CLICK
    pages["/paying"] = paying
    owner.run("renewed" if closes else "changed")
    aborted = ["planned", "approved", "committing", "aborted"]
    assert owner.states() == ([aborted, PAID] if closes else [aborted])
    assert owner.shop.charges == (["3,000円"] if closes else [])
