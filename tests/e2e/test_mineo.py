"""mineo: two lines under one eoID, packets charged once, and what the site says."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.every_site import MonthlyList, trouble
from tests.e2e.world import World, secrets

NAME, NUMBER, OTHER = "mineo", "080-0000-3701", "090-0000-3702"
NIGHTLY = pytest.mark.nightly
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def mineo(world: World) -> World:
    world.at(
        NAME,
        NUMBER,
        OTHER,
        credentials=secrets(NAME, "id", "password"),
        policy={"when": "data_left < 0.5 GB"},
        plan={"name": "1000MB", "price": "550 JPY"},
        caps={"month": "1650 JPY"},
    )
    return world


def test_of_two_lines_the_one_that_is_due_is_charged_once(mineo: World) -> None:
    told = mineo.run("renewed")
    first, second = told.json["lines"]
    reading = first["reading"]
    assert reading["data_left"]["text"] == "1.14 GB"  # 1,164MB
    assert reading["charges"] == {"amount": "1298", "currency": "JPY"}
    until = datetime.fromisoformat(reading["charged_until"])
    today = datetime.now(TOKYO).date()
    assert (until + timedelta(seconds=1)).day == 1, "the last second of a month"
    assert timedelta(days=27) < until.date() - today <= timedelta(days=62)
    assert reading["days_left"] is None, "a subscription has no last day"
    assert second["outcome"] == "nothing_due"
    assert second["reading"]["charges"]["amount"] == "1265"
    assert second["reading"]["charged_until"] is None
    mineo.paid_once("550 JPY")
    assert (mineo.events("signed_in"), mineo.events("code_sent")) == (1, 1)
    mineo.has_enough()


@NIGHTLY
def test_a_trusted_browser_is_not_asked_for_a_key_again(mineo: World) -> None:
    mineo.one_line()
    mineo.set("fresh")
    mineo.set("key", "after")
    mineo.run("nothing_due")
    mineo.set("sign_out")
    mineo.run("nothing_due")
    assert (mineo.events("signed_in"), mineo.events("code_sent")) == (2, 1)


@NIGHTLY
def test_the_limit_of_a_month(mineo: World) -> None:
    mineo.one_line()
    mineo.set("charged", 14100)
    mineo.config["policy"] = {"when": "1 == 1"}
    told = mineo.run("needs_you")
    assert "15,000MB" in told.message
    assert mineo.charges == []


@NIGHTLY
def test_a_session_that_ends_before_the_page_has_its_figures(mineo: World) -> None:
    mineo.one_line()
    mineo.hurry()
    mineo.set("fresh")
    mineo.run("nothing_due")
    mineo.fault("session_expiry", path="*_Usage.action", count=1)
    told = mineo.run("nothing_due")
    assert told.line["reading"]["data_left"] is not None
    assert (mineo.hits(), mineo.events("signed_in")) == (1, 2)
    mineo.fault("session_expiry", path="*_Usage.action")
    mineo.run("changed")
    assert mineo.events("signed_in") == 3


class TestMineo(MonthlyList):
    charge = "550 JPY"
    lost = ("*_Complete.action", "after")
    ends_at = ("*_Confirm.action",)
    hurried = True
    active_within = ("data: 1000 MB", "data: 1000 MB\n    active_within: 0.1 s")
    troubles = (
        trouble("declined", "declined"),
        trouble("needs_you", "sold_out"),
        trouble("needs_you", "wrong_code"),
        trouble("needs_you", "human_check"),
        trouble("maintenance", "maintenance"),
        trouble("too_expensive", "price", amount=1100),
        trouble("changed", "changed_layout", path="*_Confirm.action"),
    )

    @pytest.fixture
    def site(self, mineo: World) -> World:
        mineo.one_line()
        return mineo
