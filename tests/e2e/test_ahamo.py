"""ahamo: more data for a line that is signed in to with docomo's dアカウント."""

from __future__ import annotations

from typing import Any

import pytest

from runner.sandbox import control
from tests.e2e.world import World

NAME, NUMBER = "ahamo", "070-0000-3030"
NIGHTLY = pytest.mark.nightly


@pytest.fixture
def ahamo(world: World) -> World:
    world.name, world.line = NAME, NUMBER
    world.config |= {
        "flow": NAME,
        "lines": {NUMBER: None},
        "policy": {"when": "data_left < 0.5 GB"},
        "plan": {"name": "1GB", "price": "550 JPY"},
        "caps": {"month": "1650 JPY"},
    }
    return world


def test_a_line_that_runs_dry_gets_one_gigabyte_once(ahamo: World) -> None:
    """Signed in at docomo's hosts, with its code and its trust in this browser."""
    told = ahamo.run("renewed")
    reading = told.line["reading"]
    assert (reading["data_left"]["text"], reading["charges"]["amount"]) == ("1.42 GB", "3520")
    ahamo.paid_once("550 JPY")
    assert (ahamo.events("signed_in"), ahamo.events("code_sent")) == (1, 1)
    ahamo.has_enough()


@NIGHTLY
def test_a_wrong_password_is_tried_once(ahamo: World) -> None:
    ahamo.config["credentials"]["password"] = {"command": ["printf", "not-the-password"]}
    ahamo.run("rejected")
    ahamo.run("rejected")
    assert ahamo.events("wrong_password") == 1


@NIGHTLY
def test_another_plan_and_a_line_with_data(ahamo: World) -> None:
    ahamo.config |= {"plan": {"name": "80GB", "price": "1980 JPY"}, "caps": {"month": "1980 JPY"}}
    told = ahamo.run("renewed")
    assert told.line["reading"]["data_left"]["text"] == "80.42 GB"
    control.set_(ahamo.home, NAME, "fresh")
    ahamo.run("nothing_due")
    assert ahamo.charges == ["1980 JPY"]


@NIGHTLY
def test_the_receipt_is_lost_and_the_history_finds_it(ahamo: World) -> None:
    ahamo.fault("drop", path="/myportal/data/complete", when="after")
    ahamo.run("payment_unknown")
    ahamo.clear()
    ahamo.run("renewed")
    assert ahamo.charges == ["550 JPY"]


@NIGHTLY
@pytest.mark.parametrize(
    ("portal", "fault", "options", "outcome"),
    [
        (NAME, "declined", {}, "declined"),
        (NAME, "sold_out", {}, "needs_you"),
        (NAME, "maintenance", {}, "maintenance"),
        (NAME, "price", {"amount": 1100}, "too_expensive"),
        (NAME, "changed_layout", {"path": "/myportal/data/confirm"}, "changed"),
        ("docomo", "wrong_code", {}, "needs_you"),
        ("docomo", "human_check", {}, "needs_you"),
    ],
)
def test_what_the_sites_say_to_it(
    ahamo: World, portal: str, fault: str, options: dict[str, Any], outcome: str
) -> None:
    control.fault(ahamo.home, fault, portal=portal, **options)
    ahamo.run(outcome)
    assert ahamo.charges == []
