"""giffgaff: a line that is kept by using it, topped up by card, by voucher, or with a goodybag."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runner.sandbox import control
from tests.e2e.every_site import EverySiteWithPassword, trouble
from tests.e2e.world import World, secrets

NAME, NUMBER = "giffgaff", "07700 900461"
NIGHTLY = pytest.mark.nightly
CARD = ("card_number", "card_expiry", "card_cvc", "card_holder")
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def giffgaff(world: World) -> World:
    world.name, world.line = NAME, NUMBER
    world.config = {
        "flow": NAME,
        "at": "sandbox",
        "credentials": secrets(NAME, "email", "password"),
        "codes": [
            {"command": ["kigen", "sandbox", "mail", NAME]},
            {"command": ["kigen", "sandbox", "sms", "bank"]},
        ],
        "lines": {NUMBER: None},
        "policy": {"when": "days_left <= 14"},
        "plan": {"name": "credit10", "price": "10 GBP"},
        "caps": {"month": "25 GBP"},
    }
    return world


def _paid_today(told: Any) -> None:
    today = datetime.now(LONDON).date()
    reading = told.line["reading"]
    assert reading["last_paid_on"] == today.isoformat()
    assert reading["keep_until"] == (today + timedelta(days=180)).isoformat()


def test_a_line_is_kept_by_one_top_up_in_time(giffgaff: World) -> None:
    """Of 180 days 8 are left: the later order was declined, and counts for nothing."""
    told = giffgaff.run("renewed")
    assert told.line["decision"].endswith("(days_left = 8)")
    _paid_today(told)
    assert told.line["reading"]["balance"] == {"amount": "14.20", "currency": "GBP"}
    giffgaff.paid_once("10 GBP")
    assert giffgaff.events("auto_top_up") == 0, "it was ticked beforehand"
    giffgaff.has_enough()


def _stock(world: World) -> None:
    """Put the owner's voucher into the stock, and let the line be renewed with it."""
    world.config["plan"] = {"name": "credit10_voucher", "price": "10 GBP"}
    code = control.secrets(world.home, NAME)["voucher"]
    put = subprocess.run(
        [sys.executable, "-m", "runner", "voucher", "add", NAME, "10 GBP"],
        cwd=world.write(), env=world.environment, input=f"{code}\n", capture_output=True, text=True,
    )  # fmt: skip
    assert put.returncode == 0, put.stderr


@NIGHTLY
def test_a_voucher_does_as_well(giffgaff: World) -> None:
    _stock(giffgaff)
    told = giffgaff.run("renewed")
    _paid_today(told)
    assert told.line["reading"]["balance"]["amount"] == "14.20"
    assert giffgaff.charges == ["10 GBP"]


@NIGHTLY
def test_a_voucher_that_somebody_else_has_used_needs_the_owner(giffgaff: World) -> None:
    _stock(giffgaff)
    giffgaff.set("redeem")
    told = giffgaff.run("needs_you")
    assert "does not take this voucher" in told.message
    assert giffgaff.charges == []


@NIGHTLY
def test_another_card_with_its_address(giffgaff: World) -> None:
    """Whatever stands on the card is in no file afterwards."""
    giffgaff.config["plan"] = {"name": "credit10_card", "price": "10 GBP"}
    known = control.secrets(giffgaff.home, NAME)
    giffgaff.config["credentials"] |= {
        **secrets("bank", *CARD),
        **{name: known[name] for name in ("postcode", "address")},
    }
    giffgaff.run("renewed")
    assert giffgaff.charges == ["10 GBP"]
    card = control.secrets(giffgaff.home, "bank")
    own = [known["password"], *(card[name] for name in ("card_number", "card_holder"))]
    for file in (file for file in giffgaff.home.rglob("*") if file.is_file()):
        content = file.read_bytes()
        assert not [one for one in own if one.encode() in content], file


@NIGHTLY
def test_a_goodybag_by_rule_and_never_a_second_best(giffgaff: World) -> None:
    """The list has goodybags of 20, 40 and 100 GB; of these the cheapest that is enough is taken."""
    giffgaff.config["plan"] = {"choose": "cheapest with data >= 30 GB", "price": "15 GBP"}
    giffgaff.set("sold_out", "gb15")
    giffgaff.run("needs_you")
    assert giffgaff.charges == []
    giffgaff.set("sold_out", "none")
    told = giffgaff.run("renewed")
    reading = told.line["reading"]
    assert (reading["plan"], reading["data_left"]["text"]) == ("£15 goodybag", "40 GB")
    assert reading["balance"]["amount"] == "4.20"
    assert giffgaff.charges == ["15 GBP"]


@NIGHTLY
def test_a_goodybag_by_name_that_is_sold_out(giffgaff: World) -> None:
    giffgaff.config["plan"] = {"name": "goodybag10", "price": "10 GBP"}
    giffgaff.set("sold_out", "gb10")
    giffgaff.run("needs_you")
    assert giffgaff.charges == []


@NIGHTLY
@pytest.mark.parametrize("month", range(1, 6))
def test_the_day_comes_first_in_dates_of_orders(giffgaff: World, month: int) -> None:
    """4 July is no 7 April: within half a year there are days that could be read both ways."""
    today = datetime.now(LONDON).date()
    first = today.replace(day=1)
    for _ in range(month):
        first = (first - timedelta(days=1)).replace(day=1)
    paid = first.replace(day=first.month % 12 + 1 if first.month < 12 else 11)
    giffgaff.set("paid_days_ago", (today - paid).days)
    told = giffgaff.run("read_only", read_only=True)
    assert told.line["reading"]["last_paid_on"] == paid.isoformat()


@NIGHTLY
def test_codes_by_text_message_and_a_session_that_holds(giffgaff: World) -> None:
    giffgaff.config["credentials"]["code_by"] = "text"
    giffgaff.config["codes"] = [{"command": ["kigen", "sandbox", "sms", NAME]}]
    giffgaff.set("fresh")
    giffgaff.run("nothing_due")
    told = giffgaff.run("nothing_due")
    assert told.json["notes"] == ["the session still held"]
    assert giffgaff.events("code_sent") == 1


@NIGHTLY
def test_the_bank_s_no_is_final_and_its_order_is_no_payment(giffgaff: World) -> None:
    control.set_(giffgaff.home, "bank", "asks", "refuses")
    giffgaff.run("declined")
    told = giffgaff.run("read_only", read_only=True)
    assert told.line["reading"]["days_left"] == 8
    assert giffgaff.charges == []


@NIGHTLY
def test_a_sim_that_was_switched_off_needs_its_owner(giffgaff: World) -> None:
    giffgaff.set("paid_days_ago", 200)
    told = giffgaff.run("needs_you")
    assert "switched this SIM off" in told.message


@NIGHTLY
def test_an_account_that_was_closed_needs_its_owner(giffgaff: World) -> None:
    giffgaff.set("closed", "yes")
    told = giffgaff.run("needs_you")
    assert "closed" in told.message


@NIGHTLY
def test_the_owner_s_date_counts_where_the_list_is_empty(giffgaff: World) -> None:
    giffgaff.set("no_orders")
    told = giffgaff.run("needs_you")
    assert "days_left" in told.message
    paid = datetime.now(LONDON).date() - timedelta(days=30)
    giffgaff.config["lines"] = {NUMBER: {"last_paid_on": paid.isoformat()}}
    told = giffgaff.run("nothing_due")
    assert told.line["reading"]["days_left"] == 150


class TestGiffgaff(EverySiteWithPassword):
    charge = "10 GBP"
    lost = ("/top-up/offer", "before")
    ends_at = ("/top-up/credit",)
    hurried = True
    troubles = (
        trouble("declined", "declined"),
        trouble("needs_you", "wrong_code"),
        trouble("maintenance", "maintenance"),
        trouble("too_expensive", "price", amount=12),
        trouble("changed", "changed_layout", path="/top-up/credit"),
    )

    @pytest.fixture
    def site(self, giffgaff: World) -> World:
        return giffgaff
