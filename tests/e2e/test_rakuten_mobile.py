"""Rakuten Mobile: pages drawn by script, data for use abroad charged once, and what the site says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runner.sandbox import control
from tests.e2e.world import World

NAME, NUMBER, OTHER = "rakuten-mobile", "080-0000-7701", "090-0000-7702"
NIGHTLY = pytest.mark.nightly
PAID = ["planned", "approved", "committing", "confirmed", "verified"]
TOKYO = ZoneInfo("Asia/Tokyo")


def _secret(field: str) -> dict[str, Any]:
    return {"command": ["kigen", "sandbox", "secrets", NAME, field]}


@pytest.fixture
def rakuten(world: World) -> World:
    world.name, world.line = NAME, NUMBER
    world.config = {
        "flow": NAME,
        "at": "sandbox",
        "credentials": {"id": _secret("id"), "password": _secret("password")},
        "lines": {NUMBER: None, OTHER: None},
        "policy": {"when": "data_left < 0.5 GB"},
        "plan": {"name": "1GB", "price": "500 JPY"},
        "caps": {"month": "1500 JPY"},
    }
    return world


def _one_line(world: World) -> None:
    world.set("lines", "1")
    world.config["lines"] = {NUMBER: None}


def test_of_two_lines_the_one_that_is_due_is_charged_once(rakuten: World) -> None:
    told = rakuten.run("renewed")
    first, second = told.json["lines"]
    reading = first["reading"]
    assert reading["data_left"]["text"] == "1.12 GB"
    assert reading["used_this_month"]["text"] == "3.25 GB"
    assert reading["charges"] == {"amount": "2178", "currency": "JPY"}
    until = datetime.fromisoformat(reading["charged_until"])
    assert until.date() == datetime.now(TOKYO).date() + timedelta(days=30)
    assert second["outcome"] == "nothing_due"
    assert second["reading"]["data_left"]["text"] == "2 GB"
    assert second["reading"]["charged_until"] is None
    (charge,) = control.charges(rakuten.home)
    assert (charge["line"], rakuten.charges) == (NUMBER, ["500 JPY"])
    assert rakuten.renewals()[0].reference == charge["reference"]
    assert rakuten.moves() == [PAID]
    assert (rakuten.events("signed_in"), rakuten.events("upgraded")) == (1, 1)

    told = rakuten.run("nothing_due")
    assert told.json["notes"] == ["the session still held"]
    assert rakuten.charges == ["500 JPY"]


@NIGHTLY
def test_the_receipt_is_lost_and_the_history_finds_it(rakuten: World) -> None:
    _one_line(rakuten)
    rakuten.hurry()
    rakuten.fault("drop", path="*/charge/complete", when="after")
    rakuten.run("payment_unknown")
    rakuten.clear()
    rakuten.run("renewed")
    assert rakuten.charges == ["500 JPY"]
    assert rakuten.moves()[0][-1] == "verified"


@NIGHTLY
def test_a_wrong_password_is_tried_once(rakuten: World) -> None:
    rakuten.config["credentials"]["password"] = {"command": ["printf", "not-the-password"]}
    rakuten.run("rejected")
    rakuten.run("rejected")
    assert rakuten.events("wrong_password") == 1
    assert rakuten.charges == []


@NIGHTLY
def test_a_purchase_that_wants_no_second_password(rakuten: World) -> None:
    rakuten.set("upgrade", "no")
    rakuten.run("renewed")
    assert rakuten.charges == ["500 JPY"]
    assert rakuten.events("upgraded") == 0


@NIGHTLY
def test_a_session_that_ends_among_the_script_s_requests(rakuten: World) -> None:
    _one_line(rakuten)
    rakuten.fault("session_expiry", path="/api/charge/confirm", count=1)
    told = rakuten.run("renewed")
    assert "signed in again" in " ".join(told.json["notes"])
    assert rakuten.charges == ["500 JPY"]


@NIGHTLY
def test_a_redesigned_charge_is_left_alone(rakuten: World) -> None:
    _one_line(rakuten)
    rakuten.fault("changed_layout", path="/data-charge")
    rakuten.run("changed")
    assert rakuten.charges == []


@NIGHTLY
@pytest.mark.parametrize(
    ("fault", "options", "outcome"),
    [
        ("declined", {}, "declined"),
        ("sold_out", {}, "needs_you"),
        ("human_check", {}, "needs_you"),
        ("maintenance", {}, "maintenance"),
        ("price", {"amount": 1100}, "too_expensive"),
    ],
)
def test_what_the_site_says_to_it(
    rakuten: World, fault: str, options: dict[str, Any], outcome: str
) -> None:
    _one_line(rakuten)
    rakuten.fault(fault, **options)
    rakuten.run(outcome)
    assert rakuten.charges == []
