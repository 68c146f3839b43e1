"""SoftBank prepaid: recharging by card, with what the site, its rules and the bank say to it."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from runner.sandbox import control
from tests.e2e.world import PAID, World, secrets

NIGHTLY = pytest.mark.nightly
NAME, NUMBER = "softbank-prepaid", "080-0000-3776"
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def prepaid(world: World) -> World:
    world.at(
        NAME,
        NUMBER,
        codes=[{"command": ["kigen", "sandbox", "sms", name]} for name in (NAME, "bank")],
        policy={"when": "days_left <= 14 or balance < 500 JPY"},
        plan={"name": "3000yen", "price": "3000 JPY"},
        caps={"renewal": "5000 JPY"},
    )
    world.config["credentials"] |= secrets("bank", "card_number", "card_expiry")
    return world


def _bank(world: World, key: str, value: str) -> None:
    control.set_(world.home, "bank", key, value)


def _today() -> datetime:
    return datetime.now(TOKYO)


def _in_days(days: int) -> str:
    return (_today() + timedelta(days=days)).date().isoformat()


def _nothing_was_paid(world: World) -> None:
    assert world.charges == []
    assert world.events("recharged") == 0


def test_a_due_line_is_recharged_once_and_then_left_alone(prepaid: World) -> None:
    told = prepaid.run("renewed")
    reading = told.line["reading"]
    assert reading["balance"] == {"amount": "3216", "currency": "JPY"}, "218 and 3,000, less 2"
    assert reading["days_left"] == 69, "9 days and 60"
    prepaid.paid_once("3000 JPY")
    assert prepaid.events("code_sent") == 2, "one of SoftBank's, one of the bank's"
    prepaid.has_enough()


@NIGHTLY
def test_the_card_stands_nowhere(prepaid: World) -> None:
    number = control.secrets(prepaid.home, "bank")["card_number"]
    told = prepaid.run("renewed")
    kept = [file for file in prepaid.home.rglob("*") if file.is_file()]
    assert told.evidence in {file.parent for file in kept}
    for file in kept:
        content = file.read_bytes()
        assert number.encode() not in content, file
        assert number[:12].encode() not in content, file


@NIGHTLY
@pytest.mark.parametrize("asks", ["nothing", "app"], ids=["frictionless", "app"])
def test_what_else_the_bank_may_ask(prepaid: World, asks: str) -> None:
    _bank(prepaid, "asks", asks)
    prepaid.run("renewed")
    assert prepaid.charges == ["3000 JPY"]
    assert prepaid.events("code_sent") == 1


@pytest.mark.parametrize(
    ("key", "value"), [pytest.param(one, "refuses", marks=NIGHTLY) for one in ("asks", "app")]
)
def test_the_bank_s_no_is_final(prepaid: World, key: str, value: str) -> None:
    if key == "app":
        _bank(prepaid, "asks", "app")
    _bank(prepaid, key, value)
    prepaid.run("declined")
    assert prepaid.moves() == [["planned", "approved", "committing", "declined"]]
    _nothing_was_paid(prepaid)


@NIGHTLY
def test_a_card_that_the_site_declines(prepaid: World) -> None:
    prepaid.fault("declined")
    told = prepaid.run("declined")
    assert "お支払いいただけません" in told.message or "リチャージできませんでした" in told.message
    _nothing_was_paid(prepaid)


@NIGHTLY
def test_a_card_that_the_bank_does_not_know(prepaid: World) -> None:
    prepaid.config["credentials"]["card_number"] = {"command": ["printf", "4242424242424242"]}
    prepaid.run("declined")
    _nothing_was_paid(prepaid)


def _voucher(world: World) -> None:
    world.config["plan"] = {"name": "3000yen_voucher", "price": "3000 JPY"}
    for field in ("card_number", "card_expiry"):
        del world.config["credentials"][field]


def _put_into_stock(world: World, number: str) -> None:
    put = subprocess.run(
        [sys.executable, "-m", "runner", "voucher", "add", NAME, "3000 JPY"],
        cwd=world.write(), env=world.environment, input=f"{number}\n", capture_output=True, text=True,
    )  # fmt: skip
    assert put.returncode == 0, put.stderr


@NIGHTLY
def test_the_number_of_a_prepaid_card_does_as_well(prepaid: World) -> None:
    _voucher(prepaid)
    number = control.secrets(prepaid.home, NAME)["prepaid_card"]
    _put_into_stock(prepaid, number)
    told = prepaid.run("renewed")
    assert told.line["reading"]["days_left"] == 69
    assert prepaid.charges == ["3000 JPY"]
    assert control.secrets(prepaid.home, NAME)["prepaid_card"] != number, "it is used up"
    prepaid.run("nothing_due")


@NIGHTLY
def test_without_a_number_in_stock_the_owner_is_needed(prepaid: World) -> None:
    _voucher(prepaid)
    prepaid.run("needs_you")
    _nothing_was_paid(prepaid)


@NIGHTLY
def test_a_number_that_the_site_does_not_take_needs_the_owner(prepaid: World) -> None:
    _voucher(prepaid)
    _put_into_stock(prepaid, "12345678901234")
    told = prepaid.run("needs_you")
    assert "does not take this prepaid card's number" in told.message
    _nothing_was_paid(prepaid)


@NIGHTLY
def test_five_thousand_a_day_are_the_limit(prepaid: World) -> None:
    prepaid.run("renewed")
    prepaid.set("balance", 218)  # a new need, on the same day
    told = prepaid.run("needs_you")
    assert "5,000 yen a day" in told.message
    assert prepaid.charges == ["3000 JPY"]
    assert prepaid.moves()[1] == ["planned", "aborted"]

    prepaid.set("now", (_today() + timedelta(days=1)).isoformat())
    prepaid.run("renewed")
    assert prepaid.charges == ["3000 JPY", "3000 JPY"]


@NIGHTLY
def test_sixty_thousand_on_the_balance_are_the_limit(prepaid: World) -> None:
    prepaid.set("balance", 57_500)
    told = prepaid.run("needs_you")
    assert "60,000" in told.message
    _nothing_was_paid(prepaid)


@NIGHTLY
def test_no_more_than_360_days_ahead(prepaid: World) -> None:
    """The days are cut off; that the recharge took effect is seen on the balance."""
    prepaid.set("until", _in_days(330))
    told = prepaid.run("renewed")
    assert told.line["reading"]["days_left"] == 360
    assert prepaid.moves() == [PAID]


@NIGHTLY
def test_the_other_amount(prepaid: World) -> None:
    prepaid.config["plan"] = {"name": "5000yen", "price": "5000 JPY"}
    told = prepaid.run("renewed")
    assert told.line["reading"]["balance"]["amount"] == "5216"
    assert prepaid.charges == ["5000 JPY"]


@NIGHTLY
def test_a_session_of_ten_minutes(prepaid: World) -> None:
    """Ten minutes without a request end it: the next run signs in again."""
    prepaid.set("fresh")
    prepaid.run("nothing_due")
    prepaid.set("now", (_today() + timedelta(minutes=11)).isoformat())
    told = prepaid.run("nothing_due")
    assert told.json["notes"] == ["signed in"]
    assert prepaid.events("code_sent") == 2


@NIGHTLY
def test_a_session_that_ends_before_the_last_button(prepaid: World) -> None:
    prepaid.fault("session_expiry", path="*/credit/confirm", count=1)
    told = prepaid.run("renewed")
    assert "signed in again" in " ".join(told.json["notes"])
    assert prepaid.charges == ["3000 JPY"]
    assert prepaid.moves() == [PAID]


@NIGHTLY
def test_a_session_that_ends_at_the_last_button_leaves_it_unknown(prepaid: World) -> None:
    prepaid.fault("session_expiry", path="*/credit/pay", count=1)
    prepaid.run("payment_unknown")
    prepaid.run("payment_unknown")
    _nothing_was_paid(prepaid)


@NIGHTLY
def test_the_receipt_is_lost_and_the_history_finds_it(prepaid: World) -> None:
    """The bank said yes and the money was taken; the page that says so never came."""
    prepaid.fault("drop", path="*/credit/complete", when="before")
    prepaid.run("payment_unknown")
    assert prepaid.charges == ["3000 JPY"]
    prepaid.clear()
    told = prepaid.run("renewed")
    assert "earlier renewal" in told.message
    assert prepaid.charges == ["3000 JPY"]
    prepaid.run("nothing_due")


@NIGHTLY
def test_pending_until_the_balance_shows_it(prepaid: World) -> None:
    prepaid.set("activation", 3600)
    prepaid.run("renewal_pending")
    prepaid.run("renewal_pending")
    assert prepaid.charges == ["3000 JPY"]
    prepaid.set("now", (_today() + timedelta(hours=2)).isoformat())
    prepaid.run("renewed")
    assert prepaid.charges == ["3000 JPY"]


@NIGHTLY
def test_another_price_is_not_paid(prepaid: World) -> None:
    prepaid.fault("price", amount=3300)
    told = prepaid.run("too_expensive")
    assert "3300 JPY" in told.message
    _nothing_was_paid(prepaid)


@NIGHTLY
def test_a_wrong_password_is_tried_once(prepaid: World) -> None:
    prepaid.config["credentials"]["password"] = {"command": ["printf", "not-the-password"]}
    prepaid.run("rejected")
    prepaid.run("rejected")
    assert prepaid.events("wrong_password") == 1


@NIGHTLY
def test_maintenance_in_the_middle(prepaid: World) -> None:
    prepaid.fault("maintenance", path="*/credit/confirm", status="200")
    prepaid.run("maintenance")
    _nothing_was_paid(prepaid)
    prepaid.clear()
    prepaid.run("renewed")


@NIGHTLY
def test_a_redesigned_confirmation_is_left_alone(prepaid: World) -> None:
    prepaid.hurry()
    prepaid.fault("changed_layout", path="*/credit/confirm")
    prepaid.run("changed")
    assert prepaid.moves() == [["planned", "aborted"]]
    _nothing_was_paid(prepaid)


@NIGHTLY
def test_a_dry_run_goes_up_to_the_paying_click(prepaid: World) -> None:
    told = prepaid.run("read_only", dry_run=True)
    assert "3000 JPY" in told.message
    _nothing_was_paid(prepaid)


@NIGHTLY
def test_the_sign_in_is_shared_with_softbank_but_the_accounts_are_not(prepaid: World) -> None:
    """Both accounts are at the same hosts; each sees its own lines, and its own charges."""
    prepaid.run("renewed")
    prepaid.at("softbank", "090-0000-2525")
    told = prepaid.run("read_only")
    assert told.line["reading"]["plan"] == "ペイトク無制限"
    assert told.line["reading"]["charges"]["amount"] == "9625"
