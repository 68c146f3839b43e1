"""Lines that are kept by paying in time: until when, counted from what."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from runner.config.model import Caps, Line
from runner.flow.model import Keep
from runner.ledger.ledger import Ledger
from runner.ledger.states import State
from runner.renewal.keep import last_payment, with_keep
from runner.renewal.policy import facts
from runner.values.money import Money

RULE = Keep.model_validate({"paid_every": "180 days"})
TODAY = date(2026, 6, 20)


def test_it_counts_from_the_payment_which_is_earlier_than_the_end_of_what_was_bought() -> None:
    """Bought on 1 January for 30 days, povo itself would count to 30 July."""
    found = with_keep({"last_paid_on": date(2026, 1, 1)}, RULE, None)
    assert found["keep_until"] == date(2026, 6, 30)
    assert facts(found, TODAY)["days_left"] == 10


def test_an_expiry_of_something_else_does_not_hide_it() -> None:
    found = with_keep(
        {"last_paid_on": date(2026, 1, 1), "expires_on": date(2027, 1, 1)}, RULE, None
    )
    assert facts(found, TODAY)["days_left"] == 10


def test_the_site_s_word_goes_before_the_owner_s() -> None:
    told = date(2026, 3, 1)
    assert with_keep({}, RULE, told)["keep_until"] == date(2026, 8, 28)
    found = with_keep({"last_paid_on": date(2026, 1, 1)}, RULE, told)
    assert found["keep_until"] == date(2026, 6, 30)


@pytest.mark.parametrize("rule", [None, RULE])
def test_nothing_is_invented(rule: Keep | None) -> None:
    assert with_keep({"balance": 1}, rule, None) == {"balance": 1}


@pytest.mark.parametrize("text", ["0 days", "180", "6 months", "-1 days"])
def test_a_rule_is_a_number_of_days(text: str) -> None:
    with pytest.raises(ValueError, match="number of days"):
        Keep.model_validate({"paid_every": text})


def test_a_renewal_of_our_own_is_a_payment_as_well(ledger: Ledger, run_id: str) -> None:
    """It is noon of 21 November in Tokyo. What cost nothing keeps no line."""
    tokyo, told = ZoneInfo("Asia/Tokyo"), date(2026, 6, 10)
    line = Line("main", None, None, None, Caps(), last_paid_on=told)
    assert last_payment(ledger, "docomo", line, tokyo) == told
    for number, price in enumerate(("0 JPY", "390 JPY")):
        renewal = ledger.renewals.plan(
            run_id, "docomo", "main", f"c{number}", "1GB", Money.parse(price)
        )
        for state in (State.APPROVED, State.COMMITTING, State.CONFIRMED, State.VERIFIED):
            ledger.renewals.move(renewal.id, state, reason="test")
        paid = told if number == 0 else date(2026, 11, 21)
        assert last_payment(ledger, "docomo", line, tokyo) == paid


def test_a_policy_sees_how_long_ago_it_was() -> None:
    found = with_keep({"last_paid_on": date(2026, 1, 1)}, RULE, None)
    assert facts(found, TODAY)["days_since_paid"] == 170
