"""What the ledger kept of a reading is what was read; what a renewal is expected to bring."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from runner.config.model import Plan
from runner.flow.model import PlanFacts
from runner.ledger.ledger import Ledger
from runner.renewal.effect import plan_facts, renewed
from runner.renewal.recall import recall
from runner.values.data import DataVolume
from runner.values.money import Money
from runner.values.read import to_json
from tests.schedule.lines import flow

ON = date(2026, 11, 21)


def test_every_value_comes_back(ledger: Ledger, run_id: str) -> None:
    values: dict[str, Any] = {
        "balance": Money.parse("12.50 GBP"),
        "data_left": DataVolume.parse("3.25 GB"),
        "expires_on": date(2027, 1, 31),
        "seen_at": datetime(2026, 11, 21, 3, 0, 5, tzinfo=UTC),
        "minutes_left": timedelta(minutes=90),
        "points": 12,
        "plan": "データ追加1GB",
        "renews_itself": True,
        "reserve": Money.parse("-5 JPY"),
    }
    kept = ledger.readings.add(
        run_id,
        "docomo",
        "main",
        balance=values["balance"],
        expires_on=values["expires_on"],
        data_left=values["data_left"],
        values={name: to_json(value) for name, value in values.items()},
    )
    assert recall(kept) == values


@pytest.mark.parametrize(
    ("expires", "facts", "after"),
    [
        (date(2026, 12, 1), PlanFacts(days=60), date(2027, 1, 30)),  # what is left is kept
        (None, PlanFacts(days=60), date(2027, 1, 20)),
        (date(2026, 12, 1), PlanFacts(days=60, days_ahead=61), date(2027, 1, 21)),
        (date(2027, 6, 1), PlanFacts(days=60, days_ahead=61), date(2027, 6, 1)),  # never shorter
        (date(2026, 12, 1), PlanFacts(), date(2026, 12, 1)),
    ],
)
def test_what_a_plan_brings(expires: date | None, facts: PlanFacts, after: date) -> None:
    site = flow("softbank-prepaid", "Asia/Tokyo")
    brings = facts.model_copy(update={"balance": Money.parse("2900 JPY")})
    seen = {"expires_on": expires, "balance": Money.parse("100 JPY"), "data_left": None}
    found = renewed(seen, site, brings, ON)
    assert (found["expires_on"], str(found["balance"])) == (after, "3000 JPY")


@pytest.mark.parametrize(
    ("rule", "days"),
    [("cheapest monthly", 28), ("cheapest with days >= 30", 30), ("same as now", None)],
)
def test_a_rule_brings_at_least_what_it_asks_for(rule: str, days: int | None) -> None:
    plan = Plan.model_validate({"choose": rule, "price": "2000 JPY"})
    assert plan_facts(flow("softbank-prepaid", "Asia/Tokyo"), plan).days == days
