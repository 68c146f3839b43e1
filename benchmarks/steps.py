"""What a step costs beside Playwright's own call: the same steps on the same page, by a flow and by hand.

python benchmarks/steps.py [--rounds 15] [--steps 40]

One browser, one page that is answered here, alternating. A step's own cost is what a flow takes
longer than by hand, divided by its steps: reading the flow's words, looking for the page's owner
before something is typed, the record of what was done.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.browser.find import find
from runner.browser.launch import launch, start_driver
from runner.flow.library import Library
from runner.page.evidence import Evidence
from runner.page.player import Player
from runner.values.secret import Redactor

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

BAR = 1.5
ADDRESS = "https://bench.example.jp/"
PAGE = """<!doctype html><meta charset=utf-8><form onsubmit="return false">
<label>Name <input id=name></label> <label><input type=checkbox id=box> Yes</label>
<button>Go on</button></form><p id=left>3.25 GB</p>"""
SELECTORS = """
site: bench
selectors:
  name: {css: "#name"}
  box: {css: "#box"}
  go_on: {role: button, name: Go on}
  left: {css: "#left"}
"""
FLOW = """
flow: bench
title: A page
hosts: [bench.example.jp]
needs: {{id: text}}
signals: {{signed_in: {{visible: left}}}}
login: [{{goto: {address}}}]
read:
{steps}
"""
STEPS = {
    "click": "click: go_on",
    "check": "check: box",
    "fill": 'fill: {name: "{{ account.id }}"}',
    "extract": "extract: {left: {from: left, as: data}}",
}


class NoCodes:
    """This page asks for none."""

    renews = False

    async def get(self, **_: Any) -> Any:
        raise LookupError


def main() -> int:
    """Measure, print, and give 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--steps", type=int, default=40)
    options = parser.parse_args()
    return asyncio.run(measure(options.rounds, options.steps))


async def measure(rounds: int, steps: int) -> int:
    """Every kind of step by itself, and all of them in turn."""
    kinds = {**{kind: [kind] for kind in STEPS}, "all in turn": list(STEPS)}
    driver = await start_driver()
    browser = await launch(driver, find(None, False, os.environ), headed=False)
    page = await browser.new_page()
    await page.route("**/*", answer)
    missed = False
    print(f"milliseconds a step {'flow':>8} {'by hand':>8} {'own':>6}")
    with tempfile.TemporaryDirectory(prefix="kigen-benchmark-") as folder:
        for name, chosen in kinds.items():
            count = steps - steps % len(chosen)
            player = player_of(page, Path(folder, name), chosen * (count // len(chosen)))
            ours, theirs = [], []
            for number in range(rounds + 1):
                await page.goto(ADDRESS)
                took = await seconds(lambda: player.phase("read", {}))  # noqa: B023  awaited here
                await page.goto(ADDRESS)
                hand = await seconds(lambda: by_hand(page, chosen, count))  # noqa: B023
                if number:
                    ours.append(took / count * 1000)
                    theirs.append(hand / count * 1000)
            flow, hand = statistics.median(ours), statistics.median(theirs)
            own = statistics.median(a - b for a, b in zip(ours, theirs, strict=True))
            missed = own > BAR  # of the last, which is all in turn
            print(f"{name:19} {flow:8.2f} {hand:8.2f} {own:6.2f}")
    await browser.close()
    await driver.stop()
    print(f"{'MISSED' if missed else 'met'}: bar {BAR} ms, all in turn")
    return int(missed)


async def seconds(what: Callable[[], Awaitable[Any]]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    await what()
    return time.perf_counter() - began


async def by_hand(page: Page, kinds: list[str], count: int) -> None:
    """The same steps as a script would do them."""
    go_on = page.get_by_role("button", name="Go on", exact=True)
    calls: dict[str, Callable[[], Awaitable[Any]]] = {
        "click": go_on.click,
        "check": lambda: page.check("#box"),
        "fill": lambda: page.fill("#name", "me"),
        "extract": lambda: page.inner_text("#left"),
    }
    for number in range(count):
        await calls[kinds[number % len(kinds)]]()


async def answer(route: Route) -> None:
    """The page is answered here: no server, no network."""
    await route.fulfill(status=200, content_type="text/html", body=PAGE)


def player_of(page: Page, folder: Path, kinds: list[str]) -> Player:
    """A player of a flow with these steps."""
    steps = "\n".join(f"  - {STEPS[kind]}" for kind in kinds)
    for kind, text in (
        ("flows", FLOW.format(address=ADDRESS, steps=steps)),
        ("selectors", SELECTORS),
    ):
        (folder / kind).mkdir(parents=True)
        (folder / kind / "bench.yaml").write_text(text)
    evidence = Evidence(folder / "evidence", Redactor(), now)
    site = Library([folder]).load("bench")
    account = {"id": "me", "name": "me"}
    return Player(page, site, {"account": account}, evidence=evidence, codes=NoCodes(), clock=now)


def now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
