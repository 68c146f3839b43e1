"""What a forecast says of one line, and what it says it can't know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runner.config.model import Account, Caps
from runner.ledger.records import Pause
from runner.schedule.forecast import Forecast, forecast
from runner.values.money import Money
from tests.schedule.lines import account, flow, known, read

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
GB = 1024**3


def ahead(owned: Account, days: int = 120, **values: Any) -> Forecast:
    site = flow(owned.name, "Asia/Tokyo")
    reading = read(NOW, **values) if values else None
    until = NOW + timedelta(days=days)
    return forecast([(owned, site)], known(owned, reading), NOW, until, TOKYO, Caps())


def told(found: Forecast) -> list[tuple[str, str, str | None]]:
    return [
        (f"{action.at.astimezone(TOKYO):%m-%d}", action.what, str(action.until))
        for action in found.actions
    ]


def test_each_renewal_is_told_with_its_price_and_what_it_brings() -> None:
    found = ahead(account("softbank-prepaid", "days_left <= 7"), expires_on="2026-12-20")
    assert told(found) == [("12-13", "renew", "2027-02-18"), ("02-11", "renew", "2027-04-19")]
    yen = Money.parse("3000 JPY")
    assert found.totals(TOKYO) == {("2026-12", "JPY"): yen, ("2027-02", "JPY"): yen}
    assert found.notes == []


def test_validity_is_never_counted_beyond_what_the_provider_allows() -> None:
    """au's data lasts 61 days from the charge, however much was left."""
    owned = account("au", "days_left <= 20", "1GB", "1000 JPY")
    found = ahead(owned, 60, expires_on="2026-12-10")
    assert told(found) == [("11-21", "renew", "2027-01-21"), ("01-01", "renew", "2027-03-03")]


def test_a_line_that_is_kept_by_paying_is_paid_every_so_often() -> None:
    owned = account("povo", "days_left <= 14", "1GB", "390 JPY")
    found = ahead(owned, 400, last_paid_on="2026-06-10")
    assert told(found) == [
        ("11-23", "renew", "2027-05-22"), ("05-08", "renew", "2027-11-04"),
        ("10-21", "renew", "2028-04-18"),
    ]  # fmt: skip


def test_of_many_runs_in_a_day_only_those_are_played_that_can_find_something_new() -> None:
    owned = account("softbank-prepaid", "days_left <= 7", schedule={"cron": "* * * * *"})
    played: list[datetime] = []

    def reached(_: str, moment: datetime) -> bool:
        played.append(moment)
        return True

    site, reading = flow(owned.name, "Asia/Tokyo"), read(NOW, expires_on="2026-12-20")
    until = NOW + timedelta(days=120)
    facts = known(owned, reading)
    found = forecast([(owned, site)], facts, NOW, until, TOKYO, Caps(), reached)
    assert [f"{action.at.astimezone(TOKYO):%m-%d %H:%M}" for action in found.actions] == [
        "12-13 00:00", "02-11 00:00",
    ]  # fmt: skip
    assert 120 <= len(played) <= 130


def test_what_a_cap_refused_is_paid_as_soon_as_its_owners_month_begins() -> None:
    """The provider's day begins at another hour."""
    caps = Caps(month=Money.parse("3000 JPY"))
    owned = account(
        "softbank-prepaid", "days_left <= 7", schedule={"cron": "*/10 * * * *"}, caps=caps
    )
    site, year = flow(owned.name, "America/New_York"), datetime(2027, 1, 1, tzinfo=TOKYO)
    facts = replace(
        known(owned, read(NOW, expires_on="2027-01-03")),
        spent=lambda budget, _: Money.parse("1 JPY" if budget.since < year else "0 JPY"),
    )
    found = forecast([(owned, site)], facts, NOW, NOW + timedelta(days=50), TOKYO, Caps())
    assert [(action.at, action.what) for action in found.actions] == [
        (datetime(2026, 12, 27, 5, 0, tzinfo=UTC), "needs you"), (year, "renew"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "what"),
    [("softbank-prepaid", "renew"), ("manual", "remind")],
    ids=["ours", "the owner's"],
)
def test_a_pause_that_ends_within_a_day_is_over_then(name: str, what: str) -> None:
    owned = account(name, "days_left <= 7", schedule={"cron": "0 * * * *"})
    site, over = flow(name, "Asia/Tokyo"), NOW + timedelta(days=2, hours=3)
    facts = replace(
        known(owned, read(NOW, expires_on="2026-11-25")),
        paused={(name, "main"): Pause("1", name, "main", NOW, over, "tests")},
    )
    found = forecast([(owned, site)], facts, NOW, NOW + timedelta(days=4), TOKYO, Caps())
    assert [(action.at, action.what) for action in found.actions] == [(over, what)]


def test_the_days_of_a_line_without_a_site_are_its_owner_s() -> None:
    """At 8:00 in Tokyo it is still the day before in UTC, the zone of flows that say none."""
    owned, site = (
        account("manual", "days_left <= 7", schedule="daily at 08:00"),
        flow("manual", "UTC"),
    )
    facts, until = known(owned, read(NOW, expires_on="2026-12-20")), NOW + timedelta(days=60)
    found = forecast([(owned, site)], facts, NOW, until, TOKYO, Caps())
    assert told(found) == [("12-13", "remind", "2026-12-20")]


def test_quiet_hours_are_waited_for() -> None:
    owned = account("softbank-prepaid", "days_left <= 7", avoid=("on day 13, day 14",))
    found = ahead(owned, 60, expires_on="2026-12-20")
    assert told(found) == [("12-15", "renew", "2027-02-18")]


@pytest.mark.parametrize(
    ("change", "what", "message"),
    [
        ({"schedule": None}, "by hand", "3000yen"),
        ({"approve": "above 1000 JPY"}, "approve", "3000yen"),
        (
            {"caps": Caps(month=Money.parse("2000 JPY"))},
            "needs you",
            "the account's cap for a month",
        ),
    ],
)
def test_what_is_not_paid_by_itself(change: dict[str, Any], what: str, message: str) -> None:
    found = ahead(
        account("softbank-prepaid", "days_left <= 7", **change), 60, expires_on="2026-12-20"
    )
    first = found.actions[0]
    assert first.what == what
    assert message in first.message
    assert (first.price is None) == (what == "needs you")


def test_a_line_that_nothing_keeps_ends() -> None:
    capped = account("softbank-prepaid", "days_left <= 7", caps=Caps(renewal=Money.parse("1 JPY")))
    found = ahead(capped, 60, expires_on="2026-12-20")
    assert [action.what for action in found.actions] == ["needs you", "ends"]
    assert found.totals(TOKYO) == {}


def test_a_line_that_has_ended_is_paid_all_the_same_if_its_policy_says_so() -> None:
    found = ahead(account("softbank-prepaid", "days_left <= 7"), 30, expires_on="2026-11-10")
    assert told(found)[:2] == [("11-10", "ends", "2026-11-10"), ("11-21", "renew", "2027-01-20")]
    ended = account("softbank-prepaid", "days_left == 7")
    assert told(ahead(ended, 30, expires_on="2026-11-10")) == [("11-10", "ends", "2026-11-10")]


def test_a_flow_that_cannot_renew_needs_its_owner_once() -> None:
    found = ahead(account("softbank", "days_left <= 7"), 60, expires_on="2026-12-20")
    assert told(found) == [("12-13", "needs you", "2026-12-20")]


@pytest.mark.parametrize(
    ("change", "values", "note"),
    [
        ({}, {}, "never read"),
        ({"when": "balance < 500 JPY"}, {"expires_on": "2026-12-20"}, "by use"),
        ({"when": "balance < 500 JPY"}, {"expires_on": "2026-12-20"}, "may run out unseen"),
        ({"schedule": None}, {"expires_on": "2027-12-20"}, "only when you run it"),
        ({"when": "days_left <= 2"}, {"expires_on": "2027-12-20"}, "`days_left <= 3` is needed"),
        ({"plan": "3000yen_voucher"}, {"expires_on": "2027-12-20"}, "as long as they are in stock"),
    ],
)
def test_what_it_cannot_know(change: dict[str, Any], values: dict[str, Any], note: str) -> None:
    owned = account(**{"name": "softbank-prepaid", "when": "days_left <= 7", **change})
    if "balance" in change.get("when", ""):
        values = values | {"balance": {"amount": "900", "currency": "JPY"}}
    found = ahead(owned, 20, **values)
    assert any(note in one.message for one in found.notes), found.notes


def test_of_a_plan_whose_days_nobody_knows_only_the_first_renewal_is_told() -> None:
    owned = account("docomo", "days_left <= 7 or data_left < 1 GB", "1GB", "1100 JPY")
    data = {"bytes": 3 * GB, "text": "3 GB"}
    found = ahead(owned, 200, expires_on="2026-11-30", data_left=data)
    assert told(found) == [("11-23", "renew", "None")]
    assert "how many days “1GB” brings is not known" in found.notes[-1].message


def test_the_caps_of_a_workspace_hold_across_accounts_in_the_order_of_time() -> None:
    site = flow("softbank-prepaid", "Asia/Tokyo")
    first, second = (
        account("softbank-prepaid", "days_left <= 7", schedule=f"daily at {hour}:30")
        for hour in (9, 8)
    )
    reading = read(NOW, expires_on="2026-12-20")
    caps = Caps(month=Money.parse("5000 JPY"))
    until = NOW + timedelta(days=24)
    both = [(first, site), (second, site)]
    found = forecast(both, known(first, reading), NOW, until, TOKYO, caps)
    assert [(a.what, a.at.astimezone(TOKYO).hour) for a in found.actions] == [
        ("renew", 8), ("needs you", 9),
    ]  # fmt: skip
    assert "the workspace's cap for a month" in found.actions[1].message
