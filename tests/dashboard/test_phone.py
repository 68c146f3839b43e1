"""What waits is settled from a phone, with one touch."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.visitor import Served, window

pytestmark = [pytest.mark.browser, pytest.mark.by_hand]


@pytest.mark.parametrize("script", [True, pytest.param(False, marks=pytest.mark.nightly)])
def test_a_message_is_put_away_and_a_payment_approved(
    browser: Browser, own: Served, script: bool
) -> None:
    with window(browser, own, size="phone", script=script) as seen:
        page = seen.page
        page.goto(own.path("/inbox"))
        count = page.get_by_role("navigation").locator(".count")
        expect(count).to_have_text("4")
        page.get_by_role("button", name="Approve").tap()
        expect(page.get_by_role("status").first).to_be_visible()
        expect(count).to_have_text("3")
        expect(page.get_by_role("button", name="Approve")).to_have_count(0)
        page.get_by_role("button", name="Put away").tap()
        expect(count).to_have_text("2")
        expect(page).to_have_url(re.compile("/inbox"))
        assert seen.complaints == []


@pytest.mark.nightly
def test_an_old_page_does_nothing_after_sign_out(browser: Browser, own: Served) -> None:
    with window(browser, own, size="phone") as seen:
        page = seen.page
        page.goto(own.path("/inbox"))
        own.door.sessions.end_all()
        page.get_by_role("button", name="Approve").tap()
        expect(page.get_by_label("Password")).to_be_visible()
        assert not seen.too_wide()
    with window(browser, own) as seen:
        seen.page.goto(own.path("/inbox"))
        expect(seen.page.get_by_role("button", name="Approve")).to_be_visible()
