"""A page that is fetched anew by itself stays as its reader has it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.visitor import Served, window
from tests.web.waiting import step

pytestmark = [pytest.mark.browser, pytest.mark.by_hand]


def test_a_run_that_goes_on_leaves_closed_what_was_closed(
    browser: Browser, own: Served, tmp_path: Path
) -> None:
    folder = tmp_path / "home" / "evidence" / f"20261121-101200-linemo-{own.ids['playing'][-6:]}"
    folder.mkdir(parents=True)
    steps = folder / "steps.json"
    steps.write_text(json.dumps([step()]))
    with window(browser, own, size="phone") as seen:
        page = seen.page
        page.goto(own.path("/runs/{playing}"))
        box = page.locator("summary")
        expect(box).to_have_text("1 steps")
        expect(page.locator("details")).to_have_attribute("open", "")
        box.focus()
        page.keyboard.press("Enter")
        steps.write_text(json.dumps([step(), step(), step()]))
        expect(box).to_have_text("3 steps")
        expect(page.locator("details")).not_to_have_attribute("open", "")
        expect(box).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#steps li")).to_have_count(3)
        steps.write_text(json.dumps([step()] * 4))
        expect(page.locator("#steps li")).to_have_count(4)
        expect(page.locator("details")).to_have_attribute("open", "")
        assert seen.complaints == []
