"""The provider's quiet hours in whole runs: looked at, not paid in, and not waited for too long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from runner.config.model import Policy
from runner.flow.avoid import Window
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.renewal.approval import approve
from tests.page.conftest import Practice, loop_runner, practice, practice_browser, served
from tests.renewal.calls import called
from tests.renewal.conftest import Clock
from tests.renewal.shop import FIRST_EXPIRY, TOKYO, Owner, owner_of

__all__ = ["loop_runner", "practice", "practice_browser", "served"]
PAID = ["planned", "approved", "committing", "confirmed", "verified"]


@pytest.fixture
def owner(practice: Practice, ledger: Ledger, clock: Clock) -> Owner:
    return owner_of(practice, ledger, clock)


def avoid(owner: Owner, *windows: str) -> None:
    owner.account = replace(owner.account, avoid=tuple(Window.parse(text) for text in windows))


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def test_a_run_by_hand_looks_and_pays_when_they_are_over(owner: Owner) -> None:
    """It is twelve o'clock at the shop; the line has three days left."""
    avoid(owner, "daily at 11:00..14:00")
    result = owner.run("maintenance")
    assert "left alone until 2026-11-21 14:00 (Asia/Tokyo)" in result.message
    assert any("left alone until 2026-11-21 14:00" in note for note in result.notes)
    assert result.lines[0].reading is not None
    assert (owner.shop.entered, owner.renewals()) == ([], [])
    owner.run("read_only", read_only=True)
    owner.run("read_only", dry_run=True)
    assert owner.shop.entered == []

    owner.clock.now = tokyo("2026-11-21T14:00")
    owner.run("renewed")
    assert (owner.shop.charges, owner.states()) == (["3,000円"], [PAID])


def test_a_run_that_comes_to_the_payment_too_late_leaves_it_to_the_next(owner: Owner) -> None:
    """Someone took half an hour over a code; the window begins in five minutes."""
    avoid(owner, "daily at 12:30..14:00")

    def slow(form: Mapping[str, str]) -> str:
        owner.clock.move(minutes=24)
        return owner.shop.confirm(form)

    owner.practice.site.pages["/confirm"] = slow
    assert "nothing was paid" in owner.run("maintenance").message
    assert (owner.shop.entered, owner.states()) == ([], [["planned"]])

    owner.practice.site.pages["/confirm"] = owner.shop.confirm
    owner.clock.now = tokyo("2026-11-21T14:00")
    owner.run("renewed")
    assert (owner.shop.charges, owner.states()) == (["3,000円"], [PAID])


def test_what_its_owner_approved_is_paid_as_soon_as_they_are_over(owner: Owner) -> None:
    owner.agree(
        policy=Policy.model_validate({"when": "days_left <= 7", "approve": "above 1000 JPY"})
    )
    owner.run("needs_you")
    (renewal,) = owner.renewals()
    approve(owner.ledger, renewal, "yes", "test", owner.clock())
    avoid(owner, "daily at 11:00..14:00")
    owner.run("maintenance")
    assert owner.renewals()[0].state is State.APPROVED
    over = tokyo("2026-11-21T14:00")
    assert called(owner.ledger, over - timedelta(seconds=1)) == {}
    assert called(owner.ledger, over) == {"shop": True}
    owner.clock.now = over
    owner.run("renewed")
    assert owner.shop.charges == ["3,000円"]


def test_a_line_on_its_last_day_does_not_wait(owner: Owner) -> None:
    avoid(owner, "daily at 11:00..14:00")
    owner.shop.shown = None
    owner.clock.now = datetime.combine(FIRST_EXPIRY, tokyo("2026-11-21T12:00").timetz())
    owner.run("renewed")
    assert owner.shop.charges == ["3,000円"]
