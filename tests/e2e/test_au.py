"""au: two lines under one au ID, data charges with the bill or by card, and what the site says."""

from __future__ import annotations

import threading
import time

import pytest

from runner.sandbox import control
from runner.sandbox.start import find
from tests.browser.processes import wait_until
from tests.e2e.every_site import EverySiteWithPassword, trouble
from tests.e2e.world import PAID, World, secrets
from tests.sandbox.visitor import Visitor

NAME, NUMBER, OTHER = "au", "080-0000-5241", "090-0000-5242"
NIGHTLY = pytest.mark.nightly


@pytest.fixture
def au(world: World) -> World:
    world.at(
        NAME,
        NUMBER,
        OTHER,
        credentials=secrets(NAME, "id", "password", "pin", "card_cvc"),
        policy={"when": "data_left < 0.5 GB"},
        plan={"name": "0.5GB", "price": "550 JPY"},
        caps={"month": "1650 JPY"},
    )
    return world


def test_of_two_lines_the_one_that_is_due_is_charged_once(au: World) -> None:
    told = au.run("renewed")
    first, second = told.json["lines"]
    assert first["reading"]["data_left"]["text"] == "727.04 MB"
    assert first["reading"]["charges"] == {"amount": "1851", "currency": "JPY"}
    assert first["reading"]["days_left"] == 61
    assert second["outcome"] == "nothing_due"
    assert second["reading"]["data_left"]["text"] == "26.1 GB"
    assert second["reading"]["charges"]["amount"] == "7238"
    au.paid_once("550 JPY")
    assert (au.events("signed_in"), au.events("code_sent")) == (1, 1)
    au.has_enough()


@NIGHTLY
def test_a_line_of_somebody_else_does_not_hold_up_the_one_that_is_due(au: World) -> None:
    strange = "090-0000-9999"
    au.config["lines"] = {strange: None, NUMBER: None}
    told = au.run("changed")
    first, second = told.json["lines"]
    assert (first["outcome"], first["reading"]) == ("changed", None)
    assert strange in told.message
    assert second["outcome"] == "renewed"
    assert (au.charges, au.moves()) == (["550 JPY"], [PAID])
    with au.ledger() as ledger:
        ends = {line: end.outcome for (_, line), end in ledger.line_ends.latest().items()}
    assert ends == {strange: "changed", NUMBER: "renewed"}


@NIGHTLY
def test_one_page_one_line_and_the_registered_card(au: World) -> None:
    au.one_line()
    au.set("one_page", "yes")
    au.config["plan"] = {"name": "1GB_card", "price": "1000 JPY"}
    told = au.run("renewed")
    assert told.line["reading"]["data_left"]["text"] == "1.21 GB"
    assert au.charges == ["1000 JPY"]


def _allow_on_the_phone(world: World) -> None:
    """What the owner does: open the link of the text message, tick the box, allow."""
    address = find(world.home)
    assert address is not None
    end = time.monotonic() + 30
    while (message := control.sms(world.home, NAME)) is None:
        assert time.monotonic() < end, "no text message came"
        time.sleep(0.2)
    url = message.text.rpartition(" ")[2]
    phone = Visitor(address)
    assert "上記の端末でログインする" in phone.ask(url).text
    assert "許可しました" in phone.ask(url, {"confirmed": "1"}).text


def test_a_link_that_is_opened_on_the_phone_lets_the_waiting_page_in(au: World) -> None:
    au.one_line()
    au.set("second", "url")
    au.config["codes"] = []
    phone = threading.Thread(target=_allow_on_the_phone, args=(au,))
    phone.start()
    au.run("renewed")
    phone.join()
    assert au.charges == ["550 JPY"]


@NIGHTLY
def test_a_barcode_that_is_read_on_the_phone_does_the_same(au: World) -> None:
    """No text message comes; the owner reads the barcode of the picture that was sent to them."""
    au.one_line()
    au.set("second", "url")
    au.config["codes"] = []

    def owner() -> None:
        assert wait_until(lambda: au.events("code_sent") == 1, 60)
        au.set("scan")

    phone = threading.Thread(target=owner)
    phone.start()
    au.run("renewed")
    phone.join()
    assert au.charges == ["550 JPY"]


@NIGHTLY
def test_a_code_by_mail(au: World) -> None:
    au.one_line()
    au.set("second", "mail")
    au.config["codes"] = [{"command": ["kigen", "sandbox", "mail", NAME]}]
    au.run("renewed")
    assert (au.charges, au.events("code_sent")) == (["550 JPY"], 1)


@NIGHTLY
def test_a_wrong_pin_is_tried_once(au: World) -> None:
    au.one_line()
    au.config["credentials"]["pin"] = {"command": ["printf", "12345"]}
    au.run("rejected")
    au.run("rejected")
    assert au.events("wrong_pin") == 1
    assert au.charges == []


@NIGHTLY
def test_a_wrong_security_code_pays_nothing(au: World) -> None:
    au.one_line()
    au.config["plan"] = {"name": "0.5GB_card", "price": "550 JPY"}
    au.config["credentials"]["card_cvc"] = {"command": ["printf", "1234"]}
    au.run("rejected")
    assert au.charges == []
    assert au.moves() == [["planned", "approved", "committing", "declined"]]


class TestAu(EverySiteWithPassword):
    charge = "550 JPY"
    lost = ("*/charge/complete", "after")
    ends_at = ("/charge/confirm",)
    troubles = (
        trouble("declined", "declined"),
        trouble("needs_you", "sold_out"),
        trouble("needs_you", "wrong_code"),
        trouble("maintenance", "maintenance"),
        trouble("too_expensive", "price", amount=1100),
        trouble("changed", "changed_layout", path="/charge/confirm"),
    )

    @pytest.fixture
    def site(self, au: World) -> World:
        au.one_line()
        return au
