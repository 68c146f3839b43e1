"""The policy decides by what was read, and says so; what was not read is not guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from runner.flow.expressions import compile_condition
from runner.renewal.policy import PolicyUnclear, at_site, decide, facts
from runner.values.money import Money

TODAY = date(2026, 11, 21)
WHEN = compile_condition("days_left <= 7 or balance < 500 JPY")


@pytest.mark.parametrize(
    ("expires", "balance", "due"),
    [
        (date(2026, 11, 28), "9000 JPY", True),
        (date(2026, 11, 29), "9000 JPY", False),
        (datetime(2026, 11, 28, 23, 59), "9000 JPY", True),
        (date(2026, 12, 31), "499 JPY", True),
        (date(2026, 11, 20), "9000 JPY", True),
    ],
)
def test_due_or_not(expires: date, balance: str, due: bool) -> None:
    reading = {"expires_on": expires, "balance": Money.parse(balance)}
    decision = decide(WHEN, facts(reading, TODAY))
    assert decision.due is due
    assert "days_left =" in decision.why


def test_the_last_day_is_the_provider_s_whatever_zone_its_moment_names() -> None:
    """Midnight in California is eight in the morning by UTC: a day later on the calendar."""
    end = datetime(2026, 12, 1, 7, 59, tzinfo=UTC)
    read = at_site({"expires_on": end, "plan": "PayGo"}, ZoneInfo("America/Los_Angeles"))
    assert read == {"expires_on": end, "plan": "PayGo"}
    assert facts(read, TODAY)["days_left"] == 9
    assert facts(at_site({"expires_on": end}, ZoneInfo("Asia/Tokyo")), TODAY)["days_left"] == 10


def test_a_value_that_was_not_read_is_unclear_only_where_it_decides() -> None:
    near = facts({"expires_on": date(2026, 11, 22), "balance": None}, TODAY)
    assert decide(WHEN, near).due
    far = facts({"expires_on": date(2026, 12, 30), "balance": None}, TODAY)
    with pytest.raises(PolicyUnclear, match="balance"):
        decide(WHEN, far)
    with pytest.raises(PolicyUnclear):
        decide(WHEN, facts({}, TODAY))


def test_another_currency_is_unclear_not_compared() -> None:
    reading = {"expires_on": date(2026, 12, 30), "balance": Money.parse("3 USD")}
    with pytest.raises(PolicyUnclear):
        decide(WHEN, facts(reading, TODAY))
