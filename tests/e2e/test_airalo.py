"""Airalo: several eSIMs under one account, topped up by card or by Airmoney, in the visitor's currency."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runner.sandbox import control
from tests.e2e.world import World

NAME = "airalo"
JAPAN, EUROPE, TURKEY = "8999900000000000015", "8999900000000000023", "8999900000000000031"
NIGHTLY = pytest.mark.nightly
PAID = ["planned", "approved", "committing", "confirmed", "verified"]


def _secret(field: str, account: str = NAME) -> dict[str, Any]:
    return {"command": ["kigen", "sandbox", "secrets", account, field]}


@pytest.fixture
def airalo(world: World) -> World:
    world.name, world.line = NAME, JAPAN
    world.config = {
        "flow": NAME,
        "at": "sandbox",
        "credentials": {
            "email": control.secrets(world.home, NAME)["email"],
            "password": _secret("password"),
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
    assert airalo.renewals()[0].reference == f"{reference[:8]}-{reference[8:]}"
    assert airalo.moves() == [PAID]
    assert airalo.events("signed_in") == 1

    told = airalo.run("nothing_due")
    assert told.json["notes"] == ["the session still held"]
    assert airalo.charges == ["4.50 USD"]


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
    assert airalo.moves() == [PAID]


@pytest.mark.parametrize("button", ["greyed", pytest.param("missing", marks=NIGHTLY)])
def test_an_esim_without_top_ups_needs_its_owner(airalo: World, button: str) -> None:
    airalo.set("topups", button)
    told = airalo.run("needs_you")
    assert "no TOP UP on this eSIM" in told.message
    assert airalo.charges == []
