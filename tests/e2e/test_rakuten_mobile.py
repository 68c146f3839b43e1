"""Rakuten Mobile: pages drawn by script, data for use abroad charged once, and what the site says."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.every_site import EverySiteWithPassword, trouble
from tests.e2e.world import World, secrets

NAME, NUMBER, OTHER = "rakuten-mobile", "080-0000-7701", "090-0000-7702"
NIGHTLY = pytest.mark.nightly
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def rakuten(world: World) -> World:
    world.at(
        NAME,
        NUMBER,
        OTHER,
        credentials=secrets(NAME, "id", "password"),
        codes=[],
        policy={"when": "data_left < 0.5 GB"},
        plan={"name": "1GB", "price": "500 JPY"},
        caps={"month": "1500 JPY"},
    )
    return world


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
    rakuten.paid_once("500 JPY")
    assert (rakuten.events("signed_in"), rakuten.events("upgraded")) == (1, 1)
    rakuten.has_enough()


@NIGHTLY
def test_a_purchase_that_wants_no_second_password(rakuten: World) -> None:
    rakuten.set("upgrade", "no")
    rakuten.run("renewed")
    assert rakuten.charges == ["500 JPY"]
    assert rakuten.events("upgraded") == 0


class TestRakutenMobile(EverySiteWithPassword):
    charge = "500 JPY"
    lost = ("*/charge/complete", "after")
    ends_at = ("/api/charge/confirm",)
    hurried = True
    troubles = (
        trouble("declined", "declined"),
        trouble("needs_you", "sold_out"),
        trouble("needs_you", "human_check"),
        trouble("maintenance", "maintenance"),
        trouble("too_expensive", "price", amount=1100),
        trouble("changed", "changed_layout", path="/data-charge"),
    )

    @pytest.fixture
    def site(self, rakuten: World) -> World:
        rakuten.one_line()
        return rakuten
