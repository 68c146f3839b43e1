"""LINEMO: the thinnest flow on SoftBank's sign-in; one gigabyte more."""

from __future__ import annotations

import pytest

from tests.e2e.every_site import OrderAtSoftBank
from tests.e2e.world import World

NAME, NUMBER = "linemo", "090-0000-0990"
NIGHTLY = pytest.mark.nightly


@pytest.fixture
def linemo(world: World) -> World:
    world.at(
        NAME,
        NUMBER,
        policy={"when": "data_left < 0.5 GB"},
        plan={"name": "1GB", "price": "550 JPY"},
        caps={"month": "1650 JPY"},
    )
    return world


def test_a_line_that_runs_dry_is_filled_up_once_and_then_left_alone(linemo: World) -> None:
    told = linemo.run("renewed")
    reading = told.line["reading"]
    assert (reading["plan"], reading["data_left"]["text"]) == ("ミニプラン", "1.38 GB")
    linemo.paid_once("550 JPY")
    linemo.has_enough()


@NIGHTLY
def test_a_line_with_data_is_left_alone(linemo: World) -> None:
    linemo.set("fresh")
    told = linemo.run("nothing_due")
    assert told.line["reading"]["data_left"]["text"] == "2.65 GB"


class TestLinemo(OrderAtSoftBank):
    @pytest.fixture
    def site(self, linemo: World) -> World:
        return linemo
