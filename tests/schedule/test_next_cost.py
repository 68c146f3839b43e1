"""What the next renewal costs, told without playing the days to come: what the forecast tells, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from runner.config.model import Account, Caps
from runner.schedule.forecast import Known, forecast
from runner.schedule.next_cost import next_costs
from runner.values.money import Money
from tests.schedule.lines import account, flow, known, read

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
PRICE = Money.parse("3000 JPY")
NOTHING = Money.parse("0 JPY")
SCHEDULES = (
    None, "daily at 09:30", "daily at 23:00..23:59", "adaptive", "every 6 hours", "every 3 days",
    {"cron": "30 9 * * 1-5"}, {"cron": "0 12 1 * *"},
)  # fmt: skip
CONDITIONS = (
    "days_left <= 7", "days_left < 1", "days_left == 5", "days_left <= 40",
    "days_left <= 3 or balance < 500 JPY", "days_left <= 3 or balance < 5 USD",
    "days_left <= 3 or minutes_left < 10", "balance < 5000 JPY", "days_left > 10",
    "today.day == 1", "(days_left == 9 and balance < 5 USD) or days_left <= 2",
)  # fmt: skip


def costs(owned: Account, found: Known, now: datetime = NOW, more: str = "0 JPY") -> dict[str, Any]:
    def others(*_: object) -> Money:
        return Money.parse(more)

    site = flow(owned.name, "Asia/Tokyo")
    return next_costs(owned, site, found, now, TOKYO, Caps(), others)


def first_paid(owned: Account, found: Known, now: datetime = NOW) -> Money | None:
    site, until = flow(owned.name, "Asia/Tokyo"), now + timedelta(days=400)
    told = forecast([(owned, site)], found, now, until, TOKYO, Caps())
    return next((one.price for one in told.actions if one.what != "ends"), None)


@pytest.mark.parametrize("schedule", SCHEDULES[:5])
@pytest.mark.parametrize("expires", ["2026-11-10", "2026-11-21", "2026-11-25", "2026-12-20"])
def test_the_usual_policies_have_their_figure(schedule: object, expires: str) -> None:
    owned = account("softbank-prepaid", "days_left <= 7", schedule=schedule)
    assert costs(owned, known(owned, read(NOW, expires_on=expires))) == {"main": PRICE}


@settings(max_examples=40, deadline=None)
@given(some.data())
def test_a_figure_is_the_forecasts_own(data: some.DataObject) -> None:
    a_case(data)


@pytest.mark.nightly
@settings(max_examples=2000, deadline=None)
@given(some.data())
def test_many_figures_are_the_forecasts_own(data: some.DataObject) -> None:
    a_case(data)


def a_case(data: some.DataObject) -> None:
    """One account, drawn: what is told of it at a glance is what the forecast tells."""
    windows = data.draw(some.sampled_from([(), ("daily at 00:00..14:00",), ("on day 13, day 14",)]))
    cap = data.draw(some.sampled_from([None, "2000 JPY", "3000 JPY", "4000 USD"]))
    owned = account(
        "softbank-prepaid",
        data.draw(some.sampled_from(CONDITIONS)),
        schedule=data.draw(some.sampled_from(SCHEDULES)),
        avoid=windows,
        caps=Caps(month=Money.parse(cap)) if cap else None,
    )
    now = NOW + timedelta(hours=data.draw(some.integers(0, 30)))
    values: dict[str, Any] = {"balance": {"amount": "1000", "currency": "JPY"}}
    if (days := data.draw(some.none() | some.integers(-2, 420))) is not None:
        values["expires_on"] = (NOW + timedelta(days=days)).date().isoformat()
    began = data.draw(some.none() | some.integers(0, 50))
    last = None if began is None else now - timedelta(hours=began)
    already = Money.parse(data.draw(some.sampled_from(["0 JPY", "1000 JPY"])))
    found = replace(
        known(owned, read(NOW, **values), last),
        spent=lambda budget, _: already if budget.since <= now else NOTHING,
    )
    told = costs(owned, found, now).get("main")
    if told is not None:
        assert told == first_paid(owned, found, now)


def test_caps_that_other_lines_may_use_up_leave_it_open() -> None:
    caps = Caps(month=Money.parse("5000 JPY"))
    owned = account("softbank-prepaid", "days_left <= 7", caps=caps)
    found = known(owned, read(NOW, expires_on="2026-12-20"))
    assert costs(owned, found) == {"main": PRICE}
    assert costs(owned, found, more="2000 JPY") == {"main": PRICE}
    assert costs(owned, found, more="2001 JPY") == {}
    spent = replace(found, spent=lambda *_: Money.parse("2001 JPY"))
    assert costs(owned, spent) == {}


def test_nothing_is_told_of_what_is_not_renewed() -> None:
    owned = account("softbank-prepaid", "days_left <= 7")
    assert costs(owned, known(owned, None)) == {}
    kept_by_hand = account("manual", "days_left <= 7")
    assert costs(kept_by_hand, known(kept_by_hand, read(NOW, expires_on="2026-12-20"))) == {}
