"""Y!mobile: SoftBank's sign-in at hosts of its own; half a gigabyte to go back to full speed."""

from __future__ import annotations

import pytest

from tests.e2e.every_site import OrderAtSoftBank
from tests.e2e.world import World

NAME, NUMBER = "ymobile", "070-0000-0550"
NIGHTLY = pytest.mark.nightly


@pytest.fixture
def ymobile(world: World) -> World:
    world.at(
        NAME,
        NUMBER,
        policy={"when": "data_left < 0.5 GB"},
        plan={"name": "500MB", "price": "550 JPY"},
        caps={"month": "1650 JPY"},
    )
    return world


def test_a_slow_line_is_sped_up_once_and_then_left_alone(ymobile: World) -> None:
    told = ymobile.run("renewed")
    reading = told.line["reading"]
    assert (reading["plan"], reading["data_left"]["text"]) == ("シンプル2 S", "727.04 MB")
    assert reading["charges"]["amount"] == str(2365 + 550), "it comes with the month's bill"
    ymobile.paid_once("550 JPY")
    ymobile.has_enough()


@NIGHTLY
def test_a_line_with_data_is_left_alone(ymobile: World) -> None:
    ymobile.set("fresh")
    told = ymobile.run("nothing_due")
    assert told.line["reading"]["data_left"]["text"] == "4.57 GB"


@NIGHTLY
def test_the_owner_s_month_has_a_limit(ymobile: World) -> None:
    ymobile.config["caps"] = {"month": "1000 JPY"}
    ymobile.run("renewed")
    ymobile.set("due")
    ymobile.run("too_expensive")
    assert ymobile.charges == ["550 JPY"]


class TestYMobile(OrderAtSoftBank):
    @pytest.fixture
    def site(self, ymobile: World) -> World:
        return ymobile
