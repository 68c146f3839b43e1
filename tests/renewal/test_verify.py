"""A renewal is proved by the provider's own word: its history, and a reading that has grown."""

from __future__ import annotations

from datetime import date, datetime
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
        ([row("2026-11-20", reference=None)], False),
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
        (PlanFacts(days=60), date(2026, 11, 30), None, None),
        (PlanFacts(days=60), None, date(2027, 1, 29), None),
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
