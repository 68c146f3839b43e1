"""Every way to pay, on the practice provider that has them all and the practice bank behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from runner.sandbox import control
from tests.browser.processes import wait_until
from tests.e2e.world import LINE, PAID, World, secrets
from tests.notify.servers import Web, web_server

OWED = [["planned", "approved", "committing", "awaiting_payment", "confirmed", "verified"]]
DECLINED = [["planned", "approved", "committing", "declined"]]
NIGHTLY = pytest.mark.nightly
NEEDS = ("id", "password", "pin", "card_number", "card_expiry", "card_cvc")


@pytest.fixture
def shop(world: World) -> World:
    """The world with an account at Hoshi Mobile instead."""
    world.config |= {
        "flow": "hoshi-mobile",
        "credentials": secrets("hoshi-mobile", *NEEDS) | {"pay_with": "saved_card"},
        "codes": [{"command": ["kigen", "sandbox", "sms", "bank"]}],
        "lines": {LINE: None},
        "policy": {"when": "days_left <= 7", "approve": "above 2000 JPY"},
        "plan": {"name": "month", "price": "1650 JPY"},
        "caps": {"renewal": "2000 JPY"},
    }
    return world


def pay_with(shop: World, way: str) -> None:
    shop.config["credentials"]["pay_with"] = way


def bank(shop: World, key: str, value: Any) -> None:
    control.set_(shop.home, "bank", key, value)


def bank_saw(shop: World) -> list[str]:
    return [event["kind"] for event in control.events(shop.home) if event["portal"] == "bank"]


def test_a_saved_card_with_a_code(shop: World) -> None:
    told = shop.run("renewed")
    assert shop.charges == ["1650 JPY"]
    assert shop.moves() == [PAID]
    assert bank_saw(shop) == ["code_sent", "approved"]
    assert told.line["renewal"]["reference"]
    shop.run("nothing_due")


@NIGHTLY
def test_a_saved_card_of_which_the_bank_asks_nothing(shop: World) -> None:
    bank(shop, "asks", "nothing")
    shop.run("renewed")
    assert (shop.charges, bank_saw(shop)) == (["1650 JPY"], ["approved"])


@NIGHTLY
def test_approval_in_the_banks_app(shop: World) -> None:
    bank(shop, "asks", "app")
    shop.run("renewed")
    assert (shop.charges, bank_saw(shop)) == (["1650 JPY"], ["approved"])


@NIGHTLY
def test_a_no_in_the_banks_app(shop: World) -> None:
    bank(shop, "asks", "app")
    bank(shop, "app", "refuses")
    told = shop.run("declined")
    assert "declined" in told.message
    assert (shop.charges, shop.moves(), bank_saw(shop)) == ([], DECLINED, ["refused"])


@NIGHTLY
def test_the_bank_refuses(shop: World) -> None:
    bank(shop, "asks", "refuses")
    shop.run("declined")
    assert (shop.charges, shop.moves(), bank_saw(shop)) == ([], DECLINED, ["refused"])


@NIGHTLY
def test_a_wrong_code_is_not_tried_twice_and_called_off(shop: World) -> None:
    shop.config["codes"] = [{"command": ["printf", "000000"]}]
    shop.run("declined")
    assert (shop.charges, shop.moves()) == ([], DECLINED)
    assert bank_saw(shop) == ["code_sent", "wrong_code", "refused"]


@NIGHTLY
def test_without_a_source_of_codes_it_is_called_off(shop: World) -> None:
    shop.config["codes"] = []
    told = shop.run("needs_you")
    assert "code" in told.message
    assert (shop.charges, shop.moves()) == ([], DECLINED)
    assert bank_saw(shop) == ["code_sent", "refused"]
    shop.config["codes"] = [{"command": ["kigen", "sandbox", "sms", "bank"]}]
    shop.run("renewed")
    assert shop.charges == ["1650 JPY"]


def test_a_card_form(shop: World) -> None:
    pay_with(shop, "card")
    told = shop.run("renewed")
    assert shop.charges == ["1650 JPY"]
    known = control.secrets(shop.home, "hoshi-mobile")
    number = known["card_number"]
    for file in [*told.evidence.iterdir(), *shop.home.rglob("*.log"), shop.home / "ledger.db"]:
        kept = file.read_bytes()
        for way in (number, " ".join(number[i : i + 4] for i in range(0, 16, 4))):
            assert way.encode() not in kept, file
    assert number not in told.out + told.err


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("card_number", "4000 0012 3456 7890", "a digit was mistyped"),
        ("card_expiry", "01/20", "has run out"),
        ("card_cvc", "12", "three digits"),
    ],
)
def test_a_card_that_can_not_be_right_is_told_before_anything_is_opened(
    shop: World, name: str, value: str, why: str
) -> None:
    shop.config["credentials"][name] = {"command": ["printf", value]}
    told = shop.run("needs_you")
    assert name in told.message
    assert why in told.message
    assert value not in told.message
    assert (control.events(shop.home), shop.renewals()) == ([], [])


@NIGHTLY
def test_carrier_billing_with_a_pin(shop: World) -> None:
    pay_with(shop, "pin")
    shop.run("renewed")
    assert (shop.charges, shop.moves(), bank_saw(shop)) == (["1650 JPY"], [PAID], [])


@NIGHTLY
def test_a_wrong_pin_is_tried_once_until_it_changes(shop: World) -> None:
    pay_with(shop, "pin")
    shop.config["credentials"]["pin"] = {"command": ["printf", "0000x"]}
    for _ in range(2):
        shop.run("rejected")
    assert shop.events("wrong_pin") == 1, "two more would have locked it"
    assert (shop.charges, shop.moves()) == ([], DECLINED)
    shop.config["credentials"] |= secrets("hoshi-mobile", "pin")
    shop.run("renewed")
    assert shop.charges == ["1650 JPY"]


@NIGHTLY
def test_credit_at_the_provider(shop: World) -> None:
    pay_with(shop, "credit")
    told = shop.run("renewed")
    assert shop.charges == ["1650 JPY"]
    assert told.line["reading"]["credit"]["amount"] == "350"


@NIGHTLY
def test_credit_that_is_not_enough(shop: World) -> None:
    pay_with(shop, "credit")
    control.set_(shop.home, "hoshi-mobile", "credit", 100)
    shop.run("declined")
    assert (shop.charges, shop.moves()) == ([], DECLINED)


def test_a_slip_is_for_the_owner_to_pay_and_seen_as_paid_later(shop: World) -> None:
    pay_with(shop, "slip")
    told = shop.run("awaiting_payment")
    assert re.search(r"ordered for 1650 JPY, number \d{4}-\d{4}-\d{4}", told.message)
    assert re.search(r"until 20\d\d-\d\d-\d\d", told.message)
    assert list(told.evidence.glob("*-slip.png"))
    assert (shop.charges, shop.events("slip_issued")) == ([], 1)

    shop.run("awaiting_payment")
    assert shop.events("slip_issued") == 1, "no second slip while one is open"

    control.set_(shop.home, "hoshi-mobile", "pay_slips")
    shop.run("renewed")
    assert shop.charges == ["1650 JPY"]
    assert shop.moves() == OWED
    shop.run("nothing_due")


@NIGHTLY
def test_a_bank_transfer_is_for_the_owner_to_make_and_seen_as_paid_later(shop: World) -> None:
    pay_with(shop, "transfer")
    told = shop.run("awaiting_payment")
    account = "Hinode Bank (0000), Hoshi (817), Ordinary 8170001, HOSHI MOBILE"
    assert f"ordered for 1650 JPY, to be transferred to {account}; " in told.message
    assert re.search(r"until 20\d\d-\d\d-\d\d", told.message)
    assert list(told.evidence.glob("*-transfer.png"))

    shop.run("awaiting_payment")
    assert (shop.charges, shop.events("slip_issued")) == ([], 1), "no second order meanwhile"

    control.set_(shop.home, "hoshi-mobile", "pay_slips")
    shop.run("renewed")
    assert (shop.charges, shop.moves()) == (["1650 JPY"], OWED)


@NIGHTLY
def test_a_bank_transfer_that_costs_more_than_agreed_says_so(shop: World) -> None:
    pay_with(shop, "transfer")
    control.set_(shop.home, "hoshi-mobile", "transfer_fee", 220)
    told = shop.run("awaiting_payment")
    assert "HOSHI MOBILE (the page asks for 1870 JPY)" in told.message


@pytest.fixture
def wallet(shop: World) -> World:
    """The account pays by Tsubame Pay."""
    shop.config["credentials"] |= {
        "pay_with": "wallet",
        "wallet_id": control.secrets(shop.home, "tsubame-pay")["wallet_id"],
        **secrets("tsubame-pay", "wallet_password"),
    }
    return shop


@pytest.mark.parametrize("window", [pytest.param("no", marks=NIGHTLY), "yes"])
def test_a_wallet_on_a_host_of_its_own(wallet: World, window: str) -> None:
    control.set_(wallet.home, "hoshi-mobile", "wallet_window", window)
    wallet.run("renewed")
    assert (wallet.charges, wallet.moves()) == (["1650 JPY"], [PAID])
    assert (wallet.events("paid"), wallet.events("stopped")) == (1, 0)


def test_a_window_that_closes_before_anything_was_paid(wallet: World) -> None:
    control.set_(wallet.home, "hoshi-mobile", "wallet_window", "yes")
    control.set_(wallet.home, "tsubame-pay", "closes", "yes")
    wallet.run("declined")
    assert (wallet.charges, wallet.moves()) == ([], DECLINED)


@NIGHTLY
def test_a_wallet_that_asks_for_more_is_left(wallet: World) -> None:
    control.set_(wallet.home, "tsubame-pay", "adds", 300)
    told = wallet.run("needs_you")
    assert "another amount" in told.message
    assert (wallet.charges, wallet.moves(), wallet.events("stopped")) == ([], DECLINED, 1)


@NIGHTLY
def test_a_wrong_password_of_the_wallet_is_tried_once(wallet: World) -> None:
    wallet.config["credentials"]["wallet_password"] = {"command": ["printf", "not-the-password"]}
    for _ in range(2):
        wallet.run("rejected")
    assert (wallet.charges, wallet.moves(), wallet.events("wrong_password")) == ([], DECLINED, 1)


@pytest.fixture
def chat(shop: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """What the owner is told at once, over HTTP."""
    with web_server() as web:
        monkeypatch.setenv("KIGEN_CHAT", f"json://127.0.0.1:{web.port}")
        shop.top["notify"] = {"targets": {"chat": {"url": "env:KIGEN_CHAT", "events": ["asked"]}}}
        yield web


def test_a_fresh_qr_code_is_fetched_once(shop: World, chat: Web) -> None:
    """The owner is too late for the first code, and scans the second when told of it. Nobody tells them
    of more time than the run has."""
    pay_with(shop, "qr")
    shop.config["deadline"] = "2 minutes"
    control.set_(shop.home, "hoshi-mobile", "qr", 0)

    def owner() -> None:
        assert wait_until(lambda: len(chat.bodies) == 1, 90)
        control.set_(shop.home, "hoshi-mobile", "qr_seconds", 0)
        told = wait_until(lambda: len(chat.bodies) == 2, 90)
        control.set_(shop.home, "hoshi-mobile", "qr", 2)  # if not told, then to end the run
        assert told

    with ThreadPoolExecutor(1) as pool:
        acts = pool.submit(owner)
        shop.run("renewed")
        acts.result()
    assert (shop.charges, shop.events("fresh_code"), len(chat.bodies)) == (["1650 JPY"], 1, 2)
    with shop.ledger() as ledger:
        ends = ledger.runs.list(shop.name)[0].deadline_at
    for body in chat.bodies:
        told = re.search(r"waits until (.+?)\. ", body["message"])
        assert told is not None
        until = datetime.strptime(f"{told[1]} +0900", "%B %d, %Y %H:%M %z")
        assert until <= ends + timedelta(seconds=30)


@NIGHTLY
def test_a_qr_code_that_nobody_scans_is_not_paid(shop: World) -> None:
    pay_with(shop, "qr")
    for key, value in (("qr", 0), ("qr_seconds", 1), ("qr_fresh_seconds", 1)):
        control.set_(shop.home, "hoshi-mobile", key, value)
    shop.run("declined")
    assert (shop.charges, shop.moves(), shop.events("fresh_code")) == ([], DECLINED, 1)
