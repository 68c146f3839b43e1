"""Choosing among offers by the owner's rule, on a page that has many; never a second best."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runner.sandbox import control
from tests.e2e.world import LINE, World, secrets
from tests.notify.servers import Web, web_server

NIGHTLY = pytest.mark.nightly


@pytest.fixture
def shop(world: World) -> World:
    """An account at Hoshi Mobile, whose bank asks nothing."""
    world.config |= {
        "flow": "hoshi-mobile",
        "credentials": secrets("hoshi-mobile", "id", "password", "pin") | {"pay_with": "pin"},
        "codes": [],
        "lines": {LINE: None},
        "policy": {"when": "days_left <= 7"},
        "caps": {"renewal": "20000 JPY"},
    }
    return world


def plan(shop: World, choose: str, price: str, **more: str) -> None:
    shop.config["plan"] = {"choose": choose, "price": price, **more}


def put(shop: World, key: str, value: Any) -> None:
    control.set_(shop.home, "hoshi-mobile", key, value)


def bought(shop: World) -> list[tuple[str, str]]:
    return [(one["product"], str(one["amount"])) for one in control.charges(shop.home)]


@pytest.mark.parametrize(
    ("rule", "limit", "name", "price"),
    [
        ("cheapest with days >= 30", "2000 JPY", "Month", "1650"),
        pytest.param(
            "longest under 5000 JPY with days > 0", "5000 JPY", "Quarter", "4400", marks=NIGHTLY
        ),
        pytest.param("cheapest renewing", "2000 JPY", "Month, renewing", "1480", marks=NIGHTLY),
        pytest.param("yearly", "16000 JPY", "Year", "15800", marks=NIGHTLY),
        pytest.param("same as now", "2000 JPY", "Month", "1650", marks=NIGHTLY),
    ],
)
def test_the_rule_decides(shop: World, rule: str, limit: str, name: str, price: str) -> None:
    put(shop, "hide", "yearend")  # how long it lasts is another thing on every day
    plan(shop, rule, limit)
    told = shop.run("renewed")
    assert bought(shop) == [(name, price)]
    assert f"chose {name} ({price} JPY" in told.line["decision"]
    assert "passed over: Week (800 JPY, 7 days" in told.line["decision"]
    assert "passed over" in told.evidence.joinpath("report.html").read_text()
    assert told.line["renewal"]["plan"] == rule
    shop.run("nothing_due")


@pytest.mark.parametrize(
    ("key", "value", "rule", "limit", "why"),
    [
        ("sold_out", "month", "cheapest monthly", "2000 JPY", "“Month” is sold out"),
        ("price", "month=1980", "cheapest monthly", "1800 JPY", "dearer than the agreed 1800 JPY"),
        pytest.param(
            "hide",
            "year",
            "yearly with price > 3000 JPY",  # on the first of January there is another one
            "16000 JPY",
            "no offer is so; the page offers Week",
            marks=NIGHTLY,
        ),
    ],
)
def test_no_second_best(shop: World, key: str, value: str, rule: str, limit: str, why: str) -> None:
    plan(shop, rule, limit)
    put(shop, key, value)
    told = shop.run("needs_you")
    assert why in told.message
    assert (bought(shop), shop.moves()) == ([], [["planned", "aborted"]])


@NIGHTLY
def test_a_coupon_is_used_where_the_owner_gave_one(shop: World) -> None:
    put(shop, "coupon", "STAR10")
    plan(shop, "cheapest monthly", "2000 JPY", coupon="STAR10")
    shop.run("renewed")
    assert bought(shop) == [("Month", "1485")]


@NIGHTLY
def test_no_coupon_is_used_that_nobody_gave(shop: World) -> None:
    put(shop, "coupon", "STAR10")
    put(shop, "promotion", "10% off with the coupon STAR10!")
    plan(shop, "cheapest monthly", "2000 JPY")
    shop.run("renewed")
    assert bought(shop) == [("Month", "1650")]


@pytest.fixture
def told(shop: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """What the owner hears of new things, over HTTP."""
    with web_server() as web:
        monkeypatch.setenv("KIGEN_CHAT", f"json://127.0.0.1:{web.port}")
        shop.top["notify"] = {
            "targets": {"chat": {"url": "env:KIGEN_CHAT", "events": ["noticed", "needs_you"]}}
        }
        yield web


@NIGHTLY
def test_a_promotion_is_told_once_and_left_alone(shop: World, told: Web) -> None:
    put(shop, "promotion", "Half price on Year until Sunday!")
    plan(shop, "cheapest monthly", "1000 JPY")
    shop.run("needs_you")
    plan(shop, "cheapest monthly", "2000 JPY")
    shop.run("renewed")
    assert bought(shop) == [("Month", "1650")]
    assert ["Half price on Year until Sunday!" in str(body) for body in told.bodies].count(
        True
    ) == 1


def test_automatic_renewal_at_the_provider_is_told_and_nothing_is_paid_twice(
    shop: World, told: Web
) -> None:
    put(shop, "renews", "yes")
    plan(shop, "cheapest monthly", "2000 JPY")
    for _ in range(2):
        ended = shop.run("needs_you")
        assert "so that nothing is paid twice" in ended.message
    assert (bought(shop), shop.renewals()) == ([], [])
    assert len(told.bodies) == 2, "once as news, once as what the run ended with"
    put(shop, "renews", "no")
    shop.run("renewed")
