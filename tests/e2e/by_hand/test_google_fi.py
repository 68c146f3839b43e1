"""A site that lets no program sign in: its owner does it on the live page, and the run goes on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from runner.sandbox import control
from tests.e2e.by_hand.person import Person, ended, link_in
from tests.e2e.test_google_fi import NAME, settings
from tests.e2e.world import World
from tests.notify.servers import Web

pytestmark = pytest.mark.by_hand


def test_the_owner_signs_in_on_the_live_page_and_the_line_is_paused(
    handed: World, web: Web, page: Page, browser: Browser
) -> None:
    """Every letter is typed: text that is pasted is refused here."""
    secrets = control.secrets(handed.home, NAME)
    pictures = sign_in_watched(handed, browser)
    handed.name = NAME
    handed.config = {**settings(), "hand_off": handed.config["hand_off"]}
    process = handed.start()
    person = Person(page)
    person.open(link_in(web, process))
    for which, text in (("email", secrets["email"]), ("password", secrets["password"])):
        person.sees(pictures[which])
        person.type(text)
        person.press("Enter")
    person.sees(pictures["code"])
    message = control.sms(handed.home, NAME)
    assert message is not None
    person.type(message.text[:8])
    person.press("Enter")
    handed.wait_for(lambda: handed.events("signed_in") == 1)
    person.done()
    told = ended(process)
    assert told["outcome"] == "renewed", told
    assert (handed.events("paused"), handed.events("program_refused"), handed.charges) == (1, 0, [])


def sign_in_watched(world: World, browser: Browser) -> dict[str, bytes]:
    """How each page of the sign-in looks before anything is typed into it."""
    secrets, found = control.secrets(world.home, NAME), {}
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        locale="en-US",
        timezone_id="America/Los_Angeles",
    )
    page = context.new_page()
    page.goto("https://fi.google.com/account")
    for which, box in (
        ("email", "input[type=email]"),
        ("password", "input[name=Passwd]"),
        ("code", "input[name=Pin]"),
    ):
        page.locator(box).wait_for()
        found[which] = page.screenshot()
        if which != "code":
            page.locator(box).press_sequentially(secrets[which])
            page.keyboard.press("Enter")
    context.close()
    control.reset(world.home)
    return found
