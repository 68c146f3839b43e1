"""Airalo: several eSIMs under one account, topped up by card or by Airmoney, in the visitor's currency."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runner.sandbox import control
from tests.e2e.world import COVERED, PAID, World, secrets

NAME = "airalo"
JAPAN, EUROPE, TURKEY = "8999900000000000015", "8999900000000000023", "8999900000000000031"
NIGHTLY = pytest.mark.nightly


@pytest.fixture
def airalo(world: World) -> World:
    world.name, world.line = NAME, JAPAN
    world.config = {
        "flow": NAME,
        "at": "sandbox",
        "credentials": {
            "email": control.secrets(world.home, NAME)["email"],
            **secrets(NAME, "password"),
            "pay_with": "saved_card",
        },
        "codes": [
            {"command": ["kigen", "sandbox", "mail", NAME]},
            {"command": ["kigen", "sandbox", "sms", "bank"]},
        ],
        "lines": {JAPAN: None},
        "policy": {"when": "days_left <= 3"},
        "plan": {"name": "1GB_7days", "price": "4.50 USD"},
        "caps": {"month": "20 USD"},
    }
    return world


def _day(days: int) -> str:
    """A day, counted from the start of this one in UTC."""
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def test_of_two_esims_the_one_that_ends_is_topped_up_once(airalo: World) -> None:
    """By the saved card and the bank's code; a cookie banner and a nag come up on the way."""
    airalo.config["lines"] = {JAPAN: {"title": "Japan"}, EUROPE: {"title": "Europe"}}
    told = airalo.run("renewed")
    first, second = told.json["lines"]
    assert first["reading"]["data_left"]["text"] == "1.31 GB"
    assert first["reading"]["expires_on"] in (_day(9), _day(8))  # the day may end during the run
    assert first["reading"]["airmoney"] == {"amount": "12.00", "currency": "USD"}
    assert (second["outcome"], second["reading"]["data_left"]["text"]) == ("nothing_due", "2.4 GB")
    (charge,) = control.charges(airalo.home)
    assert (charge["line"], airalo.charges) == (JAPAN, ["4.50 USD"])
    reference = charge["reference"]
    assert airalo.renewals()[-1].reference == f"{reference[:8]}-{reference[8:]}"
    assert airalo.moves() in ([PAID], [COVERED, PAID])
    assert airalo.events("signed_in") == 1
    airalo.has_enough()


@NIGHTLY
def test_airmoney_pays_for_data_alone(airalo: World) -> None:
    """The cheapest offer with data enough keeps the days as they are; no bank is asked."""
    airalo.config["credentials"]["pay_with"] = "airmoney"
    airalo.config["plan"] = {"choose": "cheapest with data >= 1 GB", "price": "5 USD"}
    control.set_(airalo.home, "bank", "asks", "refuses")
    told = airalo.run("renewed")
    assert told.line["reading"]["data_left"]["text"] == "1.31 GB"
    assert told.line["reading"]["expires_on"] in (_day(2), _day(1))
    assert told.line["reading"]["airmoney"]["amount"] == "8.00"
    assert airalo.charges == ["4.00 USD"]
    assert airalo.moves() in ([PAID], [COVERED, PAID])


@pytest.mark.parametrize(
    "button", [pytest.param(one, marks=NIGHTLY) for one in ("greyed", "missing")]
)
def test_an_esim_without_top_ups_needs_its_owner(airalo: World, button: str) -> None:
    airalo.set("topups", button)
    told = airalo.run("needs_you")
    assert "Airalo sells no top-up for it" in told.message
    assert airalo.charges == []


@NIGHTLY
def test_days_alone_by_a_card_that_is_typed(airalo: World) -> None:
    airalo.config["credentials"] |= {
        "pay_with": "card",
        **secrets("bank", "card_number", "card_expiry", "card_cvc"),
    }
    airalo.config["plan"] = {"name": "7days", "price": "2.00 USD"}
    told = airalo.run("renewed")
    assert told.line["reading"]["data_left"]["text"] == "317.44 MB"
    assert told.line["reading"]["expires_on"] in (_day(9), _day(8))
    assert airalo.charges == ["2.00 USD"]
    assert "approved" in {event["kind"] for event in control.events(airalo.home)}


@NIGHTLY
@pytest.mark.parametrize(
    ("shown", "price", "words"),
    [
        ("EUR", "4.50 EUR", None),
        ("JPY", "675 JPY", None),
        ("EUR", "4.50 USD", "in another currency than the agreed 4.50 USD"),
        ("GBP", "3.50 GBP", "dearer than the agreed 3.50 GBP"),
    ],
)
def test_the_visitor_s_currency_is_the_agreed_one_or_nothing_is_paid(
    airalo: World, shown: str, price: str, words: str | None
) -> None:
    airalo.set("currency", shown)
    airalo.config |= {"plan": {"name": "1GB_7days", "price": price}, "caps": {}}
    told = airalo.run("needs_you" if words else "renewed")
    assert words is None or words in told.message
    assert airalo.charges == ([] if words else [price])


@NIGHTLY
def test_too_little_airmoney_is_not_mixed_with_a_card(airalo: World) -> None:
    airalo.config["credentials"]["pay_with"] = "airmoney"
    airalo.set("airmoney", "4.49")
    told = airalo.run("needs_you")
    assert "Airmoney is not enough" in told.message
    assert airalo.charges == []


@NIGHTLY
def test_airmoney_that_the_site_has_put_in_is_left_alone(airalo: World) -> None:
    airalo.set("airmoney_on", "yes")
    airalo.set("airmoney", "1.00")
    told = airalo.run("renewed")
    assert told.line["reading"]["airmoney"]["amount"] == "1.00"
    assert airalo.charges == ["4.50 USD"]


@NIGHTLY
@pytest.mark.parametrize(
    ("key", "value", "outcome"),
    [
        ("unavailable", "moshi-moshi-7days-1gb-topup", "needs_you"),
        ("topups", "refused", "declined"),
        ("recycled", "yes", "needs_you"),
        ("unused", "yes", "needs_you"),
        ("locked", "yes", "needs_you"),
    ],
)
def test_what_the_shop_does_not_sell(airalo: World, key: str, value: str, outcome: str) -> None:
    airalo.set(key, value)
    airalo.run(outcome)
    assert airalo.charges == []


@NIGHTLY
def test_a_known_browser_is_asked_for_no_code(airalo: World) -> None:
    airalo.set("fresh")
    airalo.config["lines"] = {JAPAN: None, TURKEY: {"policy": {"when": "days_left <= 1"}}}
    unlimited = airalo.run("nothing_due").json["lines"][1]["reading"]["data_left"]
    assert unlimited["bytes"] is None
    airalo.set("sign_out")
    told = airalo.run("nothing_due")
    assert told.json["notes"] == ["signed in"]
    assert (airalo.events("signed_in"), airalo.events("code_sent")) == (2, 1)


@NIGHTLY
def test_a_wrong_password_is_tried_once(airalo: World) -> None:
    airalo.config["credentials"]["password"] = {"command": ["printf", "not-the-password"]}
    airalo.run("rejected")
    airalo.run("rejected")
    assert airalo.events("wrong_password") == 1


@NIGHTLY
def test_the_bank_s_no_is_final(airalo: World) -> None:
    control.set_(airalo.home, "bank", "asks", "refuses")
    airalo.run("declined")
    assert airalo.charges == []


@NIGHTLY
@pytest.mark.parametrize("how", ["drop", "http"])
def test_no_answer_to_the_order_and_the_history_finds_it(airalo: World, how: str) -> None:
    """It shows an older order of the same price, too, and those of other eSIMs."""
    airalo.config["credentials"]["pay_with"] = "airmoney"
    if how == "drop":
        airalo.fault("drop", path="/api/v2/orders/topups", when="after")
    else:
        airalo.fault("http", path="/api/v2/orders/state/*")
    airalo.run("payment_unknown")
    airalo.clear()
    airalo.run("renewed")
    assert airalo.charges == ["4.50 USD"]


@NIGHTLY
@pytest.mark.parametrize("plan", [{"name": "1GB_7days"}, {"choose": "cheapest with data >= 1 GB"}])
def test_a_top_up_that_is_on_its_way_is_paid_but_not_proved(
    airalo: World, plan: dict[str, str]
) -> None:
    airalo.config["plan"] = {**plan, "price": "4.50 USD"}
    airalo.set("activation", 3600)
    airalo.run("renewal_pending")
    airalo.set("activation", 0)
    airalo.run("renewal_pending")
    airalo.set("now", (datetime.now(UTC) + timedelta(seconds=3700)).isoformat())
    airalo.run("renewed")
    assert airalo.charges == ["4.50 USD" if "name" in plan else "4.00 USD"]


@NIGHTLY
def test_a_session_that_ends_before_the_checkout(airalo: World) -> None:
    airalo.fault("session_expiry", path="/api/v2/checkout", count=1)
    told = airalo.run("renewed")
    assert "signed in again" in " ".join(told.json["notes"])
    assert airalo.charges == ["4.50 USD"]


@NIGHTLY
@pytest.mark.parametrize(
    ("fault", "options", "outcome"),
    [
        ("declined", {}, "declined"),
        ("sold_out", {}, "needs_you"),
        ("wrong_code", {}, "needs_you"),
        ("human_check", {}, "needs_you"),
        ("maintenance", {}, "maintenance"),
        ("price", {"amount": 6, "currency": "USD"}, "too_expensive"),
        ("price", {"amount": 4, "currency": "EUR"}, "too_expensive"),
        ("changed_layout", {"path": "/checkout"}, "changed"),
    ],
)
def test_what_the_site_says_to_it(
    airalo: World, fault: str, options: dict[str, Any], outcome: str
) -> None:
    airalo.fault(fault, **options)
    airalo.run(outcome)
    assert airalo.charges == []
