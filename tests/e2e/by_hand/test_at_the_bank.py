"""The bank asks after the paying click, and only the person has the answer: one charge, by one click."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from runner.sandbox import control
from tests.browser.processes import wait_until
from tests.e2e.by_hand.person import Person, ended, link_in
from tests.e2e.test_ways_to_pay import bank_saw, shop
from tests.e2e.world import PAID, World
from tests.notify.servers import Web

pytestmark = pytest.mark.by_hand
ORANGE = (217, 72, 15)
"""Of the bank's button."""

__all__ = ["shop"]


@pytest.fixture
def waiting(handed: World, shop: World) -> World:
    """No code comes by itself."""
    shop.config["codes"] = []
    return shop


def test_a_person_completes_what_the_bank_asks(waiting: World, web: Web, page: Page) -> None:
    process = waiting.start()
    person = Person(page)
    person.open(link_in(web, process))
    assert "A payment is under way" in page.inner_text("header")
    expect(page.locator("#address")).to_contain_text(
        "with parts of https://acs.hinode-bank.example"
    )
    left, top = person.button(*ORANGE)
    person.click(left + 160, top - 28)
    message = control.sms(waiting.home, "bank")
    assert message is not None
    person.type("".join(sign for sign in message.text if sign.isdigit())[:6])
    person.press("Enter")
    assert wait_until(lambda: bank_saw(waiting) == ["code_sent", "approved"], 30.0)
    person.done()
    told = ended(process)
    assert told["outcome"] == "renewed", told
    assert waiting.charges == ["1650 JPY"]
    assert waiting.moves() == [PAID]


def test_without_the_person_it_is_called_off(waiting: World, web: Web, page: Page) -> None:
    process = waiting.start()
    person = Person(page)
    person.open(link_in(web, process))
    person.gives_up()
    told = ended(process)
    assert (told["outcome"], waiting.charges) == ("needs_you", [])
    assert bank_saw(waiting) == ["code_sent", "refused"]
    assert waiting.moves() == [["planned", "approved", "committing", "declined"]]
