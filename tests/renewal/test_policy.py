"""The policy decides by what was read, and says so; what was not read is not guessed."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from runner.flow.expressions import compile_condition
from runner.renewal.policy import PolicyUnclear, decide, facts
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
