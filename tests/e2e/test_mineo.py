"""mineo: two lines under one eoID, packets charged once, and what the site says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runner.sandbox import control
from tests.e2e.every_site import EverySiteWithPassword, trouble
from tests.e2e.world import World

NAME, NUMBER, OTHER = "mineo", "080-0000-3701", "090-0000-3702"
NIGHTLY = pytest.mark.nightly
PAID = ["planned", "approved", "committing", "confirmed", "verified"]
TOKYO = ZoneInfo("Asia/Tokyo")


def _secret(field: str) -> dict[str, Any]:
    return {"command": ["kigen", "sandbox", "secrets", NAME, field]}


@pytest.fixture
def mineo(world: World) -> World:
    world.name, world.line = NAME, NUMBER
    world.config = {
        "flow": NAME,
        "at": "sandbox",
        "credentials": {"id": _secret("id"), "password": _secret("password")},
        "codes": [{"command": ["kigen", "sandbox", "sms", NAME]}],
        "lines": {NUMBER: None, OTHER: None},
        "policy": {"when": "data_left < 0.5 GB"},
        "plan": {"name": "1000MB", "price": "550 JPY"},
        "caps": {"month": "1650 JPY"},
    }
    return world


def _one_line(world: World) -> None:
    world.set("lines", "1")
    world.config["lines"] = {NUMBER: None}


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
    (charge,) = control.charges(mineo.home)
    assert (charge["line"], mineo.charges) == (NUMBER, ["550 JPY"])
    assert mineo.renewals()[0].reference == charge["reference"]
    assert mineo.moves() == [PAID]
    assert (mineo.events("signed_in"), mineo.events("code_sent")) == (1, 1)

    told = mineo.run("nothing_due")
    assert told.json["notes"] == ["the session still held"]
    assert mineo.charges == ["550 JPY"]


@NIGHTLY
def test_a_trusted_browser_is_not_asked_for_a_key_again(mineo: World) -> None:
    _one_line(mineo)
    mineo.set("fresh")
    mineo.set("key", "after")
    mineo.run("nothing_due")
    mineo.set("sign_out")
    mineo.run("nothing_due")
    assert (mineo.events("signed_in"), mineo.events("code_sent")) == (2, 1)


@NIGHTLY
def test_the_limit_of_a_month(mineo: World) -> None:
    _one_line(mineo)
    mineo.set("charged", 14100)
    mineo.config["policy"] = {"when": "1 == 1"}
    told = mineo.run("needs_you")
    assert "15,000MB" in told.message
    assert mineo.charges == []


@NIGHTLY
@pytest.mark.parametrize(
    ("short", "outcome", "charges"),
    [("no", "renewed", ["550 JPY"]), ("yes", "payment_unknown", [])],
)
def test_only_a_list_that_goes_back_far_enough_proves_that_nothing_was_charged(
    mineo: World, short: str, outcome: str, charges: list[str]
) -> None:
    """On the first of a month, one of this month alone is empty whatever came the day before."""
    _one_line(mineo)
    mineo.hurry()
    flow = mineo.folder / "flows" / f"{NAME}.yaml"
    flow.write_text(
        flow.read_text().replace("data: 1000 MB", "data: 1000 MB\n    active_within: 0.1 s")
    )
    mineo.set("short_list", short)
    mineo.fault("drop", path="*_Complete.action", when="before")
    mineo.run("payment_unknown")
    mineo.clear()
    mineo.run(outcome)
    assert mineo.charges == charges


@NIGHTLY
def test_a_session_that_ends_before_the_page_has_its_figures(mineo: World) -> None:
    _one_line(mineo)
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


class TestMineo(EverySiteWithPassword):
    charge = "550 JPY"
    lost = ("*_Complete.action", "after")
    ends_at = ("*_Confirm.action",)
    hurried = True
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
        _one_line(mineo)
        return mineo
