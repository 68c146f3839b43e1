"""`kigen login`: a person signs in on the live page, and the session is kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from runner.sandbox import control
from tests.e2e.by_hand.person import Person, Place, ended, middle, printed_link
from tests.e2e.world import World

pytestmark = pytest.mark.by_hand


def test_signing_in_by_hand_keeps_the_session(
    handed: World, page: Page, browser: Browser, tmp_path: Path
) -> None:
    """The password is known to the person alone; text is pasted, and keys are pressed."""
    secrets = control.secrets(handed.home, "docomo")
    steps = sign_in_watched(handed, browser)
    handed.config["credentials"]["password"] = {"command": ["false"]}
    told = tmp_path / "told"
    with told.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "runner", "login", "docomo", "--live"],
            cwd=handed.write(),
            env=handed.environment,
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
        )
    person = Person(page)
    person.open(printed_link(told, process))
    assert "Sign in here" in page.inner_text("header")
    expect(page.locator("#address")).to_have_text("https://www.docomo.ne.jp")
    for action, (picture, place) in steps.items():
        person.sees(picture)
        person.click(*place)
        match action:
            case "id":
                person.paste(secrets["id"])
                person.press("Enter")
            case "password":
                person.type(secrets["password"])
                person.press("Enter")
            case "code":
                page.get_by_role("button", name="Done").click()
                expect(page.locator("#said")).to_contain_text("does not look finished")
                message = control.sms(handed.home, "docomo")
                assert message is not None
                person.type(message.text.split("：")[1][:6])
                person.press("Enter")
    expect(page.locator("#address")).to_have_text("https://www.docomo.ne.jp")
    person.done()
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "docomo: signed in; the session is kept\n")
    assert handed.events("signed_in") == 1

    handed.config["credentials"]["password"] = {"command": ["echo", "never-typed"]}
    told_of = handed.start("--read-only")
    assert ended(told_of)["notes"][0] == "the session still held"
    assert (handed.events("signed_in"), handed.events("wrong_password")) == (1, 0)


def sign_in_watched(world: World, browser: Browser) -> dict[str, tuple[bytes, Place]]:
    """How each page of the sign-in looks, and where a person has to click on it."""
    secrets = control.secrets(world.home, "docomo")
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="ja-JP", timezone_id="Asia/Tokyo"
    )
    page = context.new_page()
    page.goto("https://www.docomo.ne.jp/mydocomo/")
    found = {}
    for action, box, text in (
        ("begin", ".mydcm_login_normal >> nth=0", None),
        ("id", "#Di_Uid", secrets["id"]),
        ("password", "#Di_Pass", secrets["password"]),
        ("code", ".input_code >> nth=0", None),
    ):
        page.locator(box).wait_for()
        found[action] = page.screenshot(), middle(page, box)
        if text is not None:
            page.locator(box).fill(text)
            page.locator(box).press("Enter")
        elif action == "begin":
            page.locator(box).click()
    context.close()
    control.reset(world.home)
    return found
