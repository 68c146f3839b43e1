"""Every page can be read by everybody, and none asks for more than its policy allows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from runner.web.texts import LANGUAGES
from tests.dashboard.pages import OPEN, PAGES
from tests.dashboard.visitor import SIZES, Scheme, Served, Window, window

pytestmark = [pytest.mark.browser, pytest.mark.by_hand]


def look_at(seen: Window, served: Served, pattern: str, language: str) -> None:
    answer = seen.page.goto(served.path(pattern))
    assert answer is not None
    assert answer.status == 200
    assert seen.page.locator("html").get_attribute("lang") == language
    assert seen.walls() == []
    assert not seen.too_wide()
    assert seen.complaints == []


def test_no_page_keeps_anybody_out(browser: Browser, served: Served) -> None:
    with window(browser, served) as seen:
        for pattern in PAGES.values():
            look_at(seen, served, pattern, "en")


@pytest.mark.nightly
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_scheme_and_size(
    browser: Browser, served: Served, language: str, scheme: Scheme, size: str
) -> None:
    with window(browser, served, language=language, scheme=scheme, size=size) as seen:
        for pattern in (PAGES | OPEN).values():
            look_at(seen, served, pattern, language)


@pytest.mark.nightly
def test_pages_can_be_read_without_script(browser: Browser, served: Served) -> None:
    with window(browser, served, script=False) as seen:
        for pattern in PAGES.values():
            answer = seen.page.goto(served.path(pattern))
            assert answer is not None
            assert answer.status == 200
            assert seen.page.locator("main").inner_text().strip()


@pytest.mark.nightly
def test_every_control_is_reached_by_keyboard_and_shows_it(
    browser: Browser, served: Served
) -> None:
    """From the top, Tab leads through everything that can be used, and each is marked then."""
    with window(browser, served) as seen:
        page = seen.page
        for pattern in PAGES.values():
            page.goto(served.path(pattern))
            wanted = page.locator(
                "a[href]:visible, button:visible:enabled, select:visible, summary:visible, "
                "input:not([type=hidden]):visible, textarea:visible"
            ).count()
            met = set[int]()
            for _ in range(3 * wanted):  # a date has several parts
                page.keyboard.press("Tab")
                name, number, outline = page.evaluate(
                    "[document.activeElement.localName,"
                    " [...document.querySelectorAll('*')].indexOf(document.activeElement),"
                    " getComputedStyle(document.activeElement).outlineStyle]"
                )
                if name == "body":
                    break
                assert number in met or outline != "none", pattern
                met.add(number)
            assert len(met) >= wanted, pattern
