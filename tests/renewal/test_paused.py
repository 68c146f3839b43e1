"""Lines that their owner has paused, and prices that they have refused, in whole runs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from runner.config.model import Policy
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.renewal.approval import approve, refuse
from runner.values.money import Money
from tests.page.conftest import Practice, loop_runner, practice, practice_browser, served
from tests.renewal.conftest import Clock
from tests.renewal.shop import Owner, owner_of

pytestmark = pytest.mark.nightly  # what decides is held by the tests of the guard, in no time
__all__ = ["loop_runner", "practice", "practice_browser", "served"]
ASKS = Policy.model_validate({"when": "days_left <= 7", "approve": "above 1000 JPY"})


@pytest.fixture
def owner(practice: Practice, ledger: Ledger, clock: Clock) -> Owner:
    return owner_of(practice, ledger, clock)


def pause(owner: Owner) -> None:
    owner.ledger.pauses.begin("shop", ["main"], by="test")


def test_a_paused_line_is_read_and_not_renewed(owner: Owner) -> None:
    pause(owner)
    result = owner.run("read_only")
    assert "paused until you resume it" in result.message
    assert result.lines[0].reading is not None
    assert (owner.renewals(), owner.practice.site.posts) == ([], [])
    owner.ledger.pauses.end("shop", ["main"], by="test")
    owner.run("renewed")
    assert owner.shop.charges == ["3,000円"]


def test_paused_in_the_middle_of_a_run_nothing_is_paid(owner: Owner) -> None:
    shown = owner.shop.confirm

    def confirm(form: Mapping[str, str]) -> str:
        pause(owner)  # while the run looks at the confirmation page
        return shown(form)

    owner.practice.site.pages["/confirm"] = confirm
    assert "paused" in owner.run("read_only").message
    assert owner.shop.charges == []
    assert owner.states() == [[State.PLANNED, State.APPROVED, State.ABORTED]]


def test_what_was_paid_is_looked_after_while_the_line_is_paused(owner: Owner) -> None:
    owner.shop.answer = "<p>少々お待ちください</p>"
    owner.run("payment_unknown")
    pause(owner)
    owner.shop.charges.append("3,000円")  # it was taken, and shows by now
    owner.run("renewed")
    (renewal,) = owner.renewals()
    assert renewal.state is State.VERIFIED


def test_an_approval_waits_for_the_end_of_the_pause(owner: Owner) -> None:
    owner.agree(policy=ASKS)
    owner.run("needs_you")
    (asked,) = owner.renewals()
    pause(owner)
    approve(owner.ledger, asked, "yes", "test", owner.clock())
    owner.run("read_only", trigger="asked")
    assert owner.renewals()[0].next_at is not None, "it calls for a run again"
    owner.ledger.pauses.end("shop", ["main"], by="test")
    owner.run("renewed")
    assert owner.shop.charges == ["3,000円"]


def test_a_refusal_holds_for_its_price_and_for_a_while(owner: Owner) -> None:
    owner.agree(policy=ASKS)
    owner.run("needs_you")
    refuse(owner.ledger, owner.renewals()[0], "too dear", "test")
    assert "you refused 3000 JPY" in owner.run("too_expensive").message
    owner.clock.move(days=2)
    owner.run("too_expensive")
    owner.clock.move(days=1)
    owner.run("needs_you")
    refuse(owner.ledger, owner.renewals()[-1], "too dear", "test")
    owner.shop.price = "2,900円"
    (line,) = owner.account.lines
    assert line.plan is not None
    tolerance = Money.parse("200 JPY")
    owner.agree(plan=line.plan.model_copy(update={"tolerance": tolerance}))
    owner.run("needs_you")
    assert owner.shop.charges == []
