"""A person beside the run: a browser of their own, and an account that may be handed over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from runner.sandbox import control
from tests.e2e.by_hand.person import SIGN_IN, Puzzle, middle
from tests.e2e.world import World
from tests.notify.servers import Web, web_server

expect.set_options(timeout=30_000)  # milliseconds, for a busy machine


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as running:
        yield running


@pytest.fixture
def handed(world: World, web: Web) -> World:
    """An account whose owner is told by chat, and may be asked at the page."""
    world.environment["KIGEN_CHAT"] = f"json://127.0.0.1:{web.port}"
    world.top["notify"] = {
        "targets": {"chat": {"url": "env:KIGEN_CHAT", "events": ["hand_off", "needs_you"]}}
    }
    world.config["hand_off"] = {"listen": "127.0.0.1:0", "wait": "90 seconds"}
    return world


@pytest.fixture
def puzzle(world: World, browser: Browser) -> Puzzle:
    """Where the parts of the human check are, in its first and in its second round."""
    world.fault("human_check")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP")
    page = context.new_page()
    page.goto(SIGN_IN)
    start = middle(page, "#begin")
    page.locator("#begin").click()
    rounds = []
    for _ in range(2):
        tiles = page.locator("#grid button")
        found = {f"tile {n}": middle(page, f"#grid button >> nth={n}") for n in range(9)}
        rounds.append({"begin": start, "confirm": middle(page, "#confirm"), **found})
        answer = control.human_answer(world.home, "docomo")
        for tile in answer:
            tiles.nth(tile).click()
        if len(rounds) == 1:
            page.locator("#confirm").click()
            expect(page.locator("#note")).to_have_text("Please solve one more.")
    context.close()
    return rounds
