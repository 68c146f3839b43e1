"""IIJmio: two lines under one mioID, coupons bought once, and what the site says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runner.sandbox import control
from tests.e2e.every_site import EverySiteWithPassword, trouble
from tests.e2e.world import World

NAME, NUMBER, OTHER = "iijmio", "080-0000-4401", "090-0000-4402"
NIGHTLY = pytest.mark.nightly
PAID = ["planned", "approved", "committing", "confirmed", "verified"]
TOKYO = ZoneInfo("Asia/Tokyo")


def _secret(field: str) -> dict[str, Any]:
    return {"command": ["kigen", "sandbox", "secrets", NAME, field]}


@pytest.fixture
def iijmio(world: World) -> World:
    world.name, world.line = NAME, NUMBER
    world.config = {
        "flow": NAME,
        "at": "sandbox",
        "credentials": {"id": _secret("id"), "password": _secret("password")},
        "lines": {NUMBER: None, OTHER: None},
        "policy": {"when": "data_left < 0.5 GB"},
        "plan": {"name": "2GB", "price": "440 JPY"},
        "caps": {"month": "1320 JPY"},
    }
    return world


def _one_line(world: World) -> None:
    world.set("lines", "1")
    world.config["lines"] = {NUMBER: None}


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
    (charge,) = control.charges(iijmio.home)
    assert (charge["line"], iijmio.charges) == (NUMBER, ["440 JPY"])
    assert iijmio.renewals()[0].reference == charge["reference"]
    assert iijmio.moves() == [PAID]

    told = iijmio.run("nothing_due")
    assert told.json["notes"] == ["the session still held"]
    assert iijmio.charges == ["440 JPY"]


@NIGHTLY
def test_the_limit_of_a_month(iijmio: World) -> None:
    _one_line(iijmio)
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
@pytest.mark.parametrize(
    ("short", "outcome", "charges"),
    [("no", "renewed", ["440 JPY"]), ("yes", "payment_unknown", [])],
)
def test_only_a_list_that_goes_back_far_enough_proves_that_nothing_was_charged(
    iijmio: World, short: str, outcome: str, charges: list[str]
) -> None:
    """On the first of a month, one of this month alone is empty whatever came the day before."""
    _one_line(iijmio)
    iijmio.hurry()
    flow = iijmio.folder / "flows" / f"{NAME}.yaml"
    flow.write_text(
        flow.read_text().replace("data: 2000 MB", "data: 2000 MB, active_within: 0.1 s")
    )
    iijmio.set("short_list", short)
    iijmio.fault("drop", path="*/execute.do", when="before")
    iijmio.run("payment_unknown")
    iijmio.clear()
    iijmio.run(outcome)
    assert iijmio.charges == charges


@NIGHTLY
@pytest.mark.parametrize("page", ["*/confirm.do", "*/couponstatus/"])
def test_a_session_that_ends_on_the_way(iijmio: World, page: str) -> None:
    """The sign-in then stands in the page's place, at its own address."""
    _one_line(iijmio)
    after = 1 if page == "*/couponstatus/" else 0  # the first comes right after the password
    iijmio.fault("session_expiry", path=page, after=after, count=1)
    told = iijmio.run("renewed")
    assert "signed in again" in " ".join(told.json["notes"])
    assert iijmio.charges == ["440 JPY"]


class TestIIJmio(EverySiteWithPassword):
    charge = "440 JPY"
    lost = ("*/execute.do", "after")
    ends_at = ("*/confirm.do",)
    hurried = True
    troubles = (
        trouble("declined", "declined"),
        trouble("needs_you", "sold_out"),
        trouble("maintenance", "maintenance"),
        trouble("too_expensive", "price", amount=660),
        trouble("changed", "changed_layout", path="*/confirm.do"),
    )

    @pytest.fixture
    def site(self, iijmio: World) -> World:
        _one_line(iijmio)
        return iijmio
