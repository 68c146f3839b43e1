"""A person with a browser of their own, in front of a live page: eyes, a pointer and keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.processes import wait_until
from tests.notify.servers import Web

SEEING = 30_000
"""Milliseconds: generous, because a busy machine draws late."""


def link_in(web: Web, number: int = 0) -> str:
    """The link of a message that came."""
    assert wait_until(lambda: len(web.bodies) > number, 60.0), "no message came"
    found = re.search(r"http\S+/hand-off/\S+", web.bodies[number]["message"])
    assert found is not None, web.bodies[number]
    return found[0]


@dataclass
class Person:
    """Someone at a live page. Places are CSS pixels of the page that is shown."""

    page: Page

    def open(self, link: str) -> None:
        """Follow the link, press its button, and see the page."""
        self.page.set_default_timeout(SEEING)
        self.page.goto(link)
        self.page.get_by_role("button").click()
        self.sees_the_page()

    def sees_the_page(self) -> None:
        expect(self.page.locator("#live[data-connected][data-frames]")).to_be_visible(
            timeout=SEEING
        )

    @property
    def frames(self) -> int:
        return int(self.page.locator("#live").get_attribute("data-frames") or 0)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the page is on this screen."""
        box = self.page.locator("#page").bounding_box()
        assert box is not None
        size: dict[str, Any] = self.page.locator("#page").evaluate(
            "it => ({width: it.width, height: it.height})"
        )
        return box["x"] + x * box["width"] / size["width"], box["y"] + y * box["height"] / size[
            "height"
        ]

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(*self.place(x, y))

    def tap(self, x: float, y: float) -> None:
        self.page.touchscreen.tap(*self.place(x, y))

    def type(self, text: str) -> None:
        self.page.locator("#typing").press_sequentially(text)

    def press(self, key: str) -> None:
        self.page.locator("#typing").press(key)

    def done(self) -> None:
        """Press Done, again while the page is still on its way, until it is over."""

        def over() -> bool:
            if self.page.locator("#live.over").count():
                return True
            self.page.get_by_role("button", name="Done").click()
            return False

        assert wait_until(over, 30.0), self.page.locator("#said").inner_text()

    def gives_up(self) -> None:
        self.page.get_by_role("button", name="Give up").click()
        expect(self.page.locator("#live.over")).to_be_visible(timeout=SEEING)

    @property
    def told(self) -> str:
        return self.page.locator("#said").inner_text()
