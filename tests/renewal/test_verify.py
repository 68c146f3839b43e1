"""A renewal is proved by the provider's own word: its history, and a reading that has grown."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from runner.flow.model import PlanFacts
from runner.renewal.verify import Bought, prove
from runner.values.data import DataVolume
from runner.values.money import Money

YEN = Money.parse("550 JPY")
BOUGHT = Bought(YEN, date(2026, 11, 21), "A-7", others=("A-6",))


def row(
    on: str = "2026-11-21", amount: Money = YEN, reference: str | None = "A-7"
) -> dict[str, Any]:
    return {"on": date.fromisoformat(on), "amount": amount, "reference": reference}


@pytest.mark.parametrize(
    ("rows", "charged"),
    [
        ([row()], True),
        ([row(reference="A-6")], False),
        ([row(reference="A-8")], False),
        ([], False),
        (None, None),
        ([row("2026-11-20", reference=None)], None),  # our clock may have been ahead
        ([row("2026-11-18", reference=None)], False),
    ],
)
def test_the_history_proves_a_charge_by_its_receipt(rows: Any, charged: bool | None) -> None:
    assert prove(PlanFacts(), BOUGHT, None, {}, rows).charged is charged


def test_without_a_receipt_amount_and_day_must_fit_and_be_nobody_elses() -> None:
    bought = Bought(YEN, date(2026, 11, 21), None, others=("A-6",))
    assert prove(PlanFacts(), bought, None, {}, [row(reference="A-9")]).charged
    assert not prove(PlanFacts(), bought, None, {}, [row(reference="A-6")]).charged
    assert not prove(PlanFacts(), bought, None, {}, [row(amount=Money.parse("1100 JPY"))]).charged
    assert not prove(PlanFacts(), bought, None, {}, [row("2026-11-20")]).charged


GB = DataVolume.parse


@pytest.mark.parametrize(
    ("plan", "before", "after", "active"),
    [
        (PlanFacts(days=60), date(2026, 11, 30), date(2027, 1, 29), True),
        (PlanFacts(days=60), date(2026, 11, 30), date(2027, 2, 28), True),  # old validity stacks
        (PlanFacts(days=60), date(2026, 11, 30), date(2027, 1, 28), False),  # less is not enough
        (
            PlanFacts(days=60),
            date(2026, 11, 30),
            date(2026, 11, 30),
            False,
        ),  # unchanged is no success
        (PlanFacts(days=60), date(2026, 11, 30), datetime(2027, 1, 29, 23, 59), True),
        (PlanFacts(days=60), date(2026, 11, 30), None, False),  # nor is a date that is gone
        (PlanFacts(days=60), None, date(2027, 1, 20), None),
        (PlanFacts(days=60), None, date(2027, 1, 19), False),  # too little from any day before
        (PlanFacts(days=60), None, None, None),
        (PlanFacts(days=60, days_ahead=360), date(2027, 10, 1), date(2027, 11, 16), True),
        (PlanFacts(days=60, days_ahead=360), date(2027, 10, 1), date(2027, 11, 15), False),
        (PlanFacts(days=60, days_ahead=360), date(2027, 11, 16), date(2027, 11, 16), None),
    ],
)
def test_the_expiry_must_have_moved(plan: PlanFacts, before: Any, after: Any, active: Any) -> None:
    proof = prove(plan, BOUGHT, {"expires_on": before}, {"expires_on": after}, [row()])
    assert proof.active is active


def test_data_and_balance_must_have_grown_by_what_was_bought() -> None:
    data = PlanFacts(data=GB("1 GB"))
    assert prove(
        data, BOUGHT, {"data_left": GB("0.2 GB")}, {"data_left": GB("1.2 GB")}, None
    ).active
    assert not prove(
        data, BOUGHT, {"data_left": GB("1 GB")}, {"data_left": GB("1.9 GB")}, None
    ).active
    money = PlanFacts(balance=Money.parse("3000 JPY"))
    before, after = {"balance": Money.parse("100 JPY")}, {"balance": Money.parse("3100 JPY")}
    assert prove(money, BOUGHT, before, after, None).active


def test_a_charge_alone_is_complete_only_where_no_effect_can_be_read() -> None:
    plan = PlanFacts(data=GB("1 GB"))
    same = {"data_left": GB("1 GB")}
    assert not prove(plan, BOUGHT, same, same, [row()]).complete
    assert prove(PlanFacts(), BOUGHT, same, same, [row()]).complete
    assert not prove(PlanFacts(), BOUGHT, same, same, []).complete
    assert not prove(PlanFacts(), BOUGHT, same, same, None).complete


def test_all_that_the_plan_brings_must_have_come() -> None:
    """The history shows the charge each time; a contradicting reading is no success."""
    plan = PlanFacts(days=30, data=GB("1 GB"))
    before = {"expires_on": date(2026, 11, 30), "data_left": GB("0.2 GB")}
    for expires, data, complete in (
        (date(2026, 12, 30), "1.2 GB", True),
        (date(2026, 12, 30), "0.2 GB", False),
        (date(2026, 11, 30), "1.2 GB", False),
        (date(2026, 12, 29), "1.2 GB", False),
    ):
        after = {"expires_on": expires, "data_left": GB(data)}
        assert prove(plan, BOUGHT, before, after, [row()]).complete is complete


def test_what_was_used_meanwhile_had_come_too() -> None:
    plan = PlanFacts(data=GB("1 GB"))
    before = {"data_left": GB("0.2 GB"), "data_used": {"bytes": GB("4 GB").bytes}}
    after = {"data_left": GB("0.9 GB")}
    assert not prove(plan, BOUGHT, before, after, [row()]).complete
    assert prove(plan, BOUGHT, before, after | {"data_used": GB("4.3 GB")}, [row()]).complete
    assert not prove(plan, BOUGHT, before, after | {"data_used": GB("4.2 GB")}, [row()]).complete
    new_month = after | {"data_used": GB("0.1 GB")}
    assert not prove(plan, BOUGHT, before, new_month, [row()]).complete


def test_a_charge_is_held_against_the_minute_of_the_click_where_it_is_told() -> None:
    tokyo = timezone(timedelta(hours=9))
    clicked = datetime(2026, 11, 21, 12, 0, tzinfo=tokyo)
    bought = Bought(YEN, clicked.date(), at=clicked)
    for hour, minute, charged in ((11, 30, None), (11, 55, True), (12, 1, True)):
        at = {"on": clicked.replace(hour=hour, minute=minute), "amount": YEN, "reference": None}
        assert prove(PlanFacts(), bought, None, {}, [at]).charged is charged


def test_the_receipt_of_the_row_is_told() -> None:
    assert prove(PlanFacts(), Bought(YEN, date(2026, 11, 21)), None, {}, [row()]).reference == "A-7"


@pytest.mark.parametrize(
    ("before", "after", "active"),
    [
        ({"service": "active"}, {"service": "paused", "expires_on": date(2027, 2, 21)}, True),
        ({"service": "active"}, {"service": "active"}, False),
        ({"service": "active"}, {}, False),
        ({"service": "active"}, {"service": "paused", "expires_on": date(2026, 11, 30)}, False),
        ({"service": "paused"}, {"service": "paused"}, None),  # it was so before: it can't tell
        ({}, {"service": "paused"}, None),
    ],
)
def test_a_state_that_a_renewal_brings_about(
    before: dict[str, Any], after: dict[str, Any], active: bool | None
) -> None:
    """An old copy of a page may show the state, but not yet its new date."""
    plan = PlanFacts(days=85, shows={"service": "paused"})
    free = Bought(Money.parse("0 USD"), date(2026, 11, 21))
    proof = prove(plan, free, before, after, None)
    assert (proof.active, proof.complete) == (active, active is True)
