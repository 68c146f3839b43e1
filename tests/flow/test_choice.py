"""Rules by which an owner chooses among offers."""

from __future__ import annotations

from datetime import date

import pytest

from runner.flow.choice import Choice, Offer, Undecided
from runner.flow.scalars import WrongText
from runner.values.data import DataVolume
from runner.values.money import Money


def offer(name: str, yen: int, days: int | None, gb: int = 5, **more: object) -> Offer:
    data = DataVolume.parse(f"{gb} GB")
    return Offer(name, Money.parse(f"{yen} JPY"), days, data=data, **more)  # type: ignore[arg-type]


OFFERS = [
    offer("Day", 100, 1, 1),
    offer("Week", 800, 7, 2),
    offer("Month", 1650, 30),
    offer("Month, renewing", 1480, 30, renews=True),
    offer("Month, large", 2400, 31, 20),
    offer("Quarter", 4400, 90, 15),
    offer("Year", 15800, 365, 60),
    offer("Year's end", 2980, None, 8, until=date(2026, 12, 31)),
]

PICKS = {
    "cheapest": "Day",
    "cheapest with days >= 30": "Month",
    "cheapest with days >= 30 and data >= 10 GB": "Month, large",
    "cheapest with data > 15GB": "Month, large",
    "cheapest monthly": "Month",
    "cheapest renewing": "Month, renewing",
    "monthly renewing": "Month, renewing",
    "yearly": "Year",
    "by day": "Day",
    "longest under 5000 JPY with days > 0": "Quarter",
    "longest up to 4,400 JPY with days >= 1": "Quarter",
    "longest under 4400 JPY with days >= 1": "Month, large",
    "same as now": "Week",
}


@pytest.mark.parametrize("rule", PICKS)
def test_one_offer_is_picked(rule: str) -> None:
    picked, passed = Choice.parse(rule).pick(OFFERS, "Week")
    assert picked.name == PICKS[rule]
    assert set(passed) == {one.name for one in OFFERS} - {picked.name}


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("monthly", "more than one offer is so: Month, Month, large"),
        ("cheapest with days >= 400", "no offer is so"),
        ("cheapest with price < 1000 EUR", "no offer is so"),
        ("longest", "not every offer says for how long"),
    ],
)
def test_what_does_not_decide(rule: str, why: str) -> None:
    with pytest.raises(Undecided, match=why):
        Choice.parse(rule).pick(OFFERS, "Week")


def test_same_as_now_needs_to_know_now() -> None:
    for current in (None, "Fortnight"):
        with pytest.raises(Undecided, match="no offer is so"):
            Choice.parse("same as now").pick(OFFERS, current)


def test_two_at_one_price_are_for_the_owner() -> None:
    with pytest.raises(Undecided, match="more than one"):
        Choice.parse("cheapest").pick([offer("A", 500, 30), offer("B", 500, 30)], None)


def test_two_currencies_are_for_the_owner() -> None:
    dollars = Offer("Dollars", Money.parse("5 USD"), 30)
    with pytest.raises(Undecided, match="different currencies"):
        Choice.parse("cheapest").pick([*OFFERS, dollars], None)


def test_it_says_why_the_others_were_passed_over() -> None:
    _, passed = Choice.parse("cheapest with days >= 30").pick(OFFERS, None)
    assert passed["Week"] == "days: 7"
    assert passed["Month, renewing"] == "it renews itself"
    assert passed["Year's end"] == "days: not said"
    assert passed["Year"] == "dearer"


WRONG = {
    "cheapst": (0, "did you mean `cheapest`?"),
    "cheapest wiht days >= 30": (9, "did you mean `with`?"),
    "cheapest with dayz >= 30": (14, "did you mean `days`?"),
    "cheapest with days => 30": (20, None),
    "cheapest with days >= many": (22, None),
    "cheapest with days >= 5 GB": (22, None),
    "longest under 5000": (14, None),
    "longest under 5000 YEN or less": (23, None),
    "cheapest with": (13, None),
    "": (0, None),
}


@pytest.mark.parametrize("rule", WRONG)
def test_mistakes_are_told_with_their_place(rule: str) -> None:
    with pytest.raises(WrongText) as caught:
        Choice.parse(rule)
    column, hint = WRONG[rule]
    assert caught.value.column == column
    assert caught.value.hint == (hint or "such as `cheapest with days >= 30`")
