"""Webビリング: a docomo line's bills, written in full width, read month by month."""

from __future__ import annotations

from datetime import date

import pytest

from runner.sandbox import control
from tests.e2e.world import LINE, World

NAME = "web-billing"


@pytest.fixture
def billing(world: World) -> World:
    world.name = NAME
    world.config = {
        key: world.config[key] for key in ("at", "credentials", "codes", "lines")
    } | {"flow": NAME}  # fmt: skip
    control.set_(world.home, NAME, "now", "2026-08-10T10:00+09:00")
    return world


def test_months_days_and_amounts_of_full_width_are_read(billing: World) -> None:
    told = billing.run("read_only")
    assert told.line["line"] == LINE
    bills = told.line["reading"]["bills"]
    assert [bill["month"] for bill in bills] == ["2026-07", "2026-06", "2026-05"]
    assert [bill["amount"]["amount"] for bill in bills] == ["6578", "12078", "6031"]
    assert bills[0]["paid_on"] == date(2026, 7, 31).isoformat()
    assert billing.charges == []


@pytest.mark.nightly
def test_a_list_that_is_empty_says_so(billing: World) -> None:
    control.set_(billing.home, NAME, "bills", 0)
    told = billing.run("read_only")
    assert told.line["reading"]["bills"] == []
    told = billing.run("read_only")
    assert told.json["notes"] == ["the session still held"]
