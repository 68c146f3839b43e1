"""A person with a browser of their own, in front of a live page: eyes, a pointer and keys."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from runner.sandbox import control
from tests.browser.processes import wait_until
from tests.e2e.world import World
from tests.notify.servers import Web

SIGN_IN = "https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin"
Place = tuple[float, float]
Puzzle = list[dict[str, Place]]
SEEING = 30_000
"""Milliseconds: generous, because a busy machine draws late."""


_LOOKS_LIKE = """async picture => {
  const shown = document.getElementById('page'), {width, height} = shown;
  const wanted = new OffscreenCanvas(width, height).getContext('2d', {willReadFrequently: true});
  const bytes = Uint8Array.from(atob(picture), sign => sign.charCodeAt(0));
  wanted.drawImage(await createImageBitmap(new Blob([bytes])), 0, 0);
  const is = shown.getContext('2d').getImageData(0, 0, width, height).data;
  const should = wanted.getImageData(0, 0, width, height).data;
  let other = 0;
  for (let at = 0; at < is.length; at += 4) {
    if (Math.abs(is[at] - should[at]) + Math.abs(is[at + 1] - should[at + 1]) > 160) other++;
  }
  return other < 150;
}"""


_BUTTON = """colour => {
  const shown = document.getElementById('page'), {width, height} = shown;
  const data = shown.getContext('2d').getImageData(0, 0, width, height).data;
  const fits = (x, y) => colour.every(
    (wanted, part) => Math.abs(data[4 * (y * width + x) + part] - wanted) < 40);
  for (let y = 0; y < height - 12; y++) {
    for (let x = 0; x < width - 12; x++) {
      if (fits(x, y) && fits(x + 12, y) && fits(x, y + 12) && fits(x + 4, y + 6)) return [x, y];
    }
  }
  return null;
}"""


def printed_link(file: Path, process: subprocess.Popen[str]) -> str:
    """The link that a command has printed to a file."""

    def found() -> re.Match[str] | None:
        return re.search(r"http\S+/hand-off/\S+", file.read_text())

    assert wait_until(lambda: found() is not None or process.poll() is not None, 60.0)
    link = found()
    assert link is not None, file.read_text()
    return link[0]


def link_in(web: Web, process: subprocess.Popen[str], number: int = 0) -> str:
    """The link of a message that came from a run."""
    came = wait_until(lambda: len(web.bodies) > number or process.poll() is not None, 60.0)
    assert came, "no message came"
    assert len(web.bodies) > number, process.communicate()
    found = re.search(r"http\S+/hand-off/\S+", web.bodies[number]["message"])
    assert found is not None, web.bodies[number]
    return found[0]


@dataclass
class Person:
    """Someone at a live page. Places are CSS pixels of the page that is shown."""

    page: Page
    done_name: str = "Done"

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

    def sees(self, picture: bytes) -> None:
        """Wait until the page looks as it does in a picture, but for a blinking caret."""
        wanted = base64.b64encode(picture).decode()
        assert wait_until(lambda: bool(self.page.evaluate(_LOOKS_LIKE, wanted)), 30.0)

    def button(self, red: int, green: int, blue: int) -> tuple[float, float]:
        """The left upper corner of the button of this colour, once it is there."""
        found: list[list[float] | None] = [None]

        def seen() -> bool:
            found[0] = self.page.evaluate(_BUTTON, [red, green, blue])
            return found[0] is not None

        assert wait_until(seen, 30.0), "no button of this colour"
        assert found[0] is not None
        return found[0][0], found[0][1]

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

    def paste(self, text: str) -> None:
        self.page.locator("#typing").focus()
        self.page.keyboard.insert_text(text)

    def compose(self, reading: str, text: str) -> None:
        """Type as with an input method: the reading first, which then becomes the text."""
        self.page.locator("#typing").focus()
        keyboard = self.page.context.new_cdp_session(self.page)
        keyboard.send(
            "Input.imeSetComposition",
            {"text": reading, "selectionStart": len(reading), "selectionEnd": len(reading)},
        )
        keyboard.send("Input.insertText", {"text": text})

    def press(self, key: str) -> None:
        self.page.locator("#typing").press(key)

    def done(self) -> None:
        """Press Done, again while the page is still on its way, until it is over."""

        def over() -> bool:
            if self.page.locator("#live.over").count():
                return True
            with suppress(PlaywrightTimeout):  # it may be over at this very moment
                self.page.get_by_role("button", name=self.done_name).click(timeout=1000)
            return False

        assert wait_until(over, 30.0), self.page.locator("#said").inner_text()

    def gives_up(self) -> None:
        self.page.get_by_role("button", name="Give up").click()
        expect(self.page.locator("#live.over")).to_be_visible(timeout=SEEING)

    @property
    def told(self) -> str:
        return self.page.locator("#said").inner_text()


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for the end of a run; gives its JSON."""
    out, err = process.communicate(timeout=90)
    assert out, err
    found: dict[str, Any] = json.loads(out)
    return found


def middle(page: Page, selector: str) -> Place:
    """The middle of the one element that a selector means."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def solve(
    world: World,
    person: Person,
    puzzle: Puzzle,
    *,
    finger: bool = False,
) -> None:
    """Pick the chairs, twice."""
    before = control.human_answer(world.home, "docomo")
    hit = person.tap if finger else person.click
    hit(*puzzle[0]["begin"])
    for places in puzzle:
        for tile in before:
            hit(*places[f"tile {tile}"])
        hit(*places["confirm"])
        assert wait_until(
            lambda old=before: control.human_answer(world.home, "docomo") != old, 30.0
        )
        before = control.human_answer(world.home, "docomo")
    assert before == []
