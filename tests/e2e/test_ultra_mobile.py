"""Ultra Mobile: a plan renewed by saved card, wallet or another card, and one that renews itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.every_site import EverySiteWithPassword, trouble
from tests.e2e.world import World, secrets

NAME, NUMBER = "ultra-mobile", "(202) 555-0142"
NIGHTLY = pytest.mark.nightly
PACIFIC = ZoneInfo("America/Los_Angeles")


@pytest.fixture
def ultra(world: World) -> World:
    world.at(
        NAME,
        NUMBER,
        policy={"when": "days_left <= 5"},
        plan={"name": "paygo", "price": "3 USD"},
        caps={"month": "10 USD"},
    )
    return world


def _in_days(days: int) -> str:
    return (datetime.now(PACIFIC).date() + timedelta(days=days)).isoformat()


def test_a_due_line_is_renewed_once_and_then_left_alone(ultra: World) -> None:
    told = ultra.run("renewed")
    reading = told.line["reading"]
    assert reading["expires_on"] == _in_days(33), "3 days, and 30"
    assert reading["balance"] == {"amount": "5.00", "currency": "USD"}
    assert (reading["plan"], reading["minutes_left"]) == ("PayGo", 100)
    assert reading["data_left"]["text"] == "100 MB"
    ultra.paid_once("3.00 USD")
    ultra.has_enough()


def test_what_renews_itself_is_not_paid_here_as_well(ultra: World) -> None:
    ultra.set("auto_renew", "yes")
    told = ultra.run("needs_you")
    assert told.line["reading"]["renews_itself"] == "On"
    assert ultra.charges == []


@NIGHTLY
def test_another_card_and_a_code_at_the_sign_in(ultra: World) -> None:
    ultra.set("code", "yes")
    _with_another_card(ultra)
    ultra.run("renewed")
    assert ultra.charges == ["3.00 USD"]
    assert ultra.events("code_sent") == 1


@NIGHTLY
def test_a_code_that_the_site_does_not_take(ultra: World) -> None:
    ultra.set("code", "yes")
    ultra.fault("wrong_code")
    ultra.run("needs_you")
    assert ultra.charges == []


def _with_another_card(world: World) -> None:
    world.config["plan"] = {"name": "paygo_card", "price": "3 USD"}
    card = secrets("bank", "card_number", "card_expiry", "card_cvc")
    world.config["credentials"] |= {**card, "zip": "90210"}


@NIGHTLY
def test_a_card_that_the_bank_does_not_know(ultra: World) -> None:
    _with_another_card(ultra)
    ultra.config["credentials"]["card_number"] = {"command": ["printf", "4242424242424242"]}
    ultra.run("declined")
    assert ultra.charges == []


@NIGHTLY
def test_the_wallet_pays(ultra: World) -> None:
    ultra.config["plan"] = {"name": "paygo_wallet", "price": "3 USD"}
    told = ultra.run("renewed")
    assert told.line["reading"]["balance"]["amount"] == "2.00"
    assert ultra.charges == ["3.00 USD"]


@NIGHTLY
def test_a_wallet_that_holds_too_little(ultra: World) -> None:
    ultra.config["plan"] = {"name": "paygo_wallet", "price": "3 USD"}
    ultra.set("wallet", "2.99")
    told = ultra.run("declined")
    assert "enough funds" in told.message
    assert ultra.charges == []


@NIGHTLY
def test_taxes_and_fees_within_what_was_agreed(ultra: World) -> None:
    ultra.set("fees", "0.28")
    told = ultra.run("too_expensive")
    assert "3.28 USD" in told.message
    ultra.config["plan"] = {"name": "paygo", "price": "3 USD", "tolerance": "0.50 USD"}
    ultra.run("renewed")
    assert ultra.charges == ["3.28 USD"]


@NIGHTLY
def test_three_months_at_once(ultra: World) -> None:
    ultra.set("plan", "3-month")
    ultra.config["caps"] = {"month": "50 USD"}
    ultra.config["plan"] = {"name": "three_months", "price": "48 USD"}
    told = ultra.run("renewed")
    reading = told.line["reading"]
    assert reading["expires_on"] == _in_days(93)
    assert (reading["data_left"]["text"], reading.get("minutes_left")) == ("3 GB", None)
    assert ultra.charges == ["48.00 USD"]


@NIGHTLY
def test_another_plan_than_agreed_needs_the_owner(ultra: World) -> None:
    ultra.set("plan", "3-month")
    told = ultra.run("needs_you")
    assert "another than agreed" in told.message
    assert ultra.charges == []


@NIGHTLY
def test_a_plan_that_has_ended_is_renewed_from_today(ultra: World) -> None:
    ultra.set("over", 10)
    told = ultra.run("renewed")
    assert told.line["reading"]["expires_on"] == _in_days(30)


@NIGHTLY
def test_a_number_that_was_lost_needs_its_owner(ultra: World) -> None:
    ultra.set("over", 61)
    told = ultra.run("needs_you")
    assert "taken this number back" in told.message
    assert ultra.charges == []


@NIGHTLY
@pytest.mark.parametrize("days", range(10, 41, 6))
def test_the_month_comes_first_in_dates(ultra: World, days: int) -> None:
    """The portal's day is moved, so that days up to the twelfth are among those shown."""
    ultra.set("over", 0)
    start = datetime.now(PACIFIC).date()
    ultra.set("now", (datetime.now(PACIFIC) + timedelta(days=days)).isoformat())
    ultra.set("over", 0)
    told = ultra.run("read_only", read_only=True)
    assert told.line["reading"]["expires_on"] == (start + timedelta(days=days)).isoformat()


class TestUltraMobile(EverySiteWithPassword):
    charge = "3.00 USD"
    lost = ("/account/renew/done", "before")
    ends_at = ("/account/renew",)
    hurried = True
    troubles = (
        trouble("declined", "declined"),
        trouble("needs_you", "sold_out"),
        trouble("maintenance", "maintenance"),
        trouble("too_expensive", "price", amount=5),
        trouble("changed", "changed_layout", path="/account/renew"),
    )

    @pytest.fixture
    def site(self, ultra: World) -> World:
        return ultra
