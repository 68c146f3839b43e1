"""IIJmio: two lines under one mioID, coupons bought once, and what the site says."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.every_site import MonthlyList, trouble
from tests.e2e.world import World, secrets

NAME, NUMBER, OTHER = "iijmio", "080-0000-4401", "090-0000-4402"
NIGHTLY = pytest.mark.nightly
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def iijmio(world: World) -> World:
    world.at(
        NAME,
        NUMBER,
        OTHER,
        credentials=secrets(NAME, "id", "password"),
        codes=[],
        policy={"when": "data_left < 0.5 GB"},
        plan={"name": "2GB", "price": "440 JPY"},
        caps={"month": "1320 JPY"},
    )
    return world


def test_of_two_lines_the_one_that_is_due_gets_its_coupons_once(iijmio: World) -> None:
    told = iijmio.run("renewed")
    first, second = told.json["lines"]
    reading = first["reading"]
    assert reading["data_left"]["text"] == "2.1 GB"  # 2,151MB
    assert reading["carried_over"]["text"] == "64 MB"
    assert reading["used_today"]["text"] == "31 MB"
    assert reading["charges"] == {"amount": "850", "currency": "JPY"}
    until = datetime.fromisoformat(reading["bought_until"]).date()
    today = datetime.now(TOKYO).date()
    assert (until + timedelta(days=1)).day == 1, "the last day of a month"
    assert timedelta(0) <= until - today < timedelta(days=31)
    assert second["outcome"] == "nothing_due"
    assert second["reading"]["data_left"]["text"] == "3.04 GB"
    assert second["reading"]["charges"]["amount"] == "860"
    iijmio.paid_once("440 JPY")
    iijmio.has_enough()


@NIGHTLY
def test_the_limit_of_a_month(iijmio: World) -> None:
    iijmio.one_line()
    iijmio.set("bought", 19)
    iijmio.config["policy"] = {"when": "1 == 1"}
    told = iijmio.run("needs_you")
    assert "20GB" in told.message
    assert iijmio.charges == []


@NIGHTLY
def test_a_line_of_somebody_else(iijmio: World) -> None:
    iijmio.set("lines", "1")
    told = iijmio.run("needs_you")
    assert "no such line" in told.message
    assert told.line["outcome"] == "renewed", "the line before it is not held up"
    assert iijmio.charges == ["440 JPY"]


@NIGHTLY
def test_a_session_that_ends_before_the_figures(iijmio: World) -> None:
    """The sign-in then stands in the page's place, at its own address."""
    iijmio.one_line()
    # after=1: the first comes right after the password
    iijmio.fault("session_expiry", path="*/couponstatus/", after=1, count=1)
    told = iijmio.run("renewed")
    assert "signed in again" in " ".join(told.json["notes"])
    assert iijmio.charges == ["440 JPY"]


class TestIIJmio(MonthlyList):
    charge = "440 JPY"
    lost = ("*/execute.do", "after")
    ends_at = ("*/confirm.do",)
    hurried = True
    active_within = ("data: 2000 MB", "data: 2000 MB, active_within: 0.1 s")
    troubles = (
        trouble("declined", "declined"),
        trouble("needs_you", "sold_out"),
        trouble("maintenance", "maintenance"),
        trouble("too_expensive", "price", amount=660),
        trouble("changed", "changed_layout", path="*/confirm.do"),
    )

    @pytest.fixture
    def site(self, iijmio: World) -> World:
        iijmio.one_line()
        return iijmio
