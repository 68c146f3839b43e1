"""Two browsers: one is the run, the other a person's, at the page that the run has handed over."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from runner.browser.find import find as find_browser
from runner.browser.network import NetworkRules
from runner.sandbox import control
from runner.sandbox.start import find
from tests.browser.processes import wait_until
from tests.e2e.person import Person, link_in
from tests.e2e.world import World
from tests.notify.servers import Web, web_server

pytestmark = pytest.mark.by_hand
SIGN_IN = "https://cfg.smt.docomo.ne.jp/auth/cgi/anidlogin"


@pytest.fixture(scope="session")
def browser_type_launch_args(served_home: Path) -> dict[str, Any]:
    """The person's browser: it reaches the practice portals, and live pages on this machine."""
    address = find(served_home)
    assert address is not None
    hosts = tuple((f"{host}:443", f"127.0.0.1:{address.port}") for host in address.hosts)
    rules, *others = NetworkRules(hosts, address.pin).arguments()
    return {
        "executable_path": find_browser(None, False, os.environ).path,
        "args": [f"{rules}, EXCLUDE 127.0.0.1", *others],
        "chromium_sandbox": os.geteuid() != 0,
    }


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


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=90)
    assert out, err
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.fixture
def puzzle(world: World, browser: Browser) -> list[dict[str, tuple[float, float]]]:
    """Where the parts of the human check are, in its first and in its second round."""
    world.fault("human_check")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP")
    page = context.new_page()
    page.goto(SIGN_IN)
    start = _middle(page, "#begin")
    page.locator("#begin").click()
    rounds = []
    for _ in range(2):
        tiles = page.locator("#grid button")
        found = {f"tile {n}": _middle(page, f"#grid button >> nth={n}") for n in range(9)}
        rounds.append({"begin": start, "confirm": _middle(page, "#confirm"), **found})
        answer = control.human_answer(world.home, "docomo")
        for tile in answer:
            tiles.nth(tile).click()
        if len(rounds) == 1:
            page.locator("#confirm").click()
            expect(page.locator("#note")).to_have_text("Please solve one more.")
    context.close()
    return rounds


def _middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def solve(world: World, person: Person, puzzle: list[dict[str, tuple[float, float]]]) -> None:
    """Pick the chairs, twice."""
    before = control.human_answer(world.home, "docomo")
    person.click(*puzzle[0]["begin"])
    for places in puzzle:
        for tile in before:
            person.click(*places[f"tile {tile}"])
        person.click(*places["confirm"])
        assert wait_until(
            lambda old=before: control.human_answer(world.home, "docomo") != old, 30.0
        )
        before = control.human_answer(world.home, "docomo")
    assert before == []


def test_a_person_answers_the_human_check_and_the_run_goes_on(
    handed: World, web: Web, page: Page, puzzle: list[dict[str, tuple[float, float]]]
) -> None:
    process = handed.start()
    link = link_in(web)
    assert web.bodies[0]["attachments"], "the message brings a picture"
    person = Person(page)
    person.open(link)
    handed.clear()
    solve(handed, person, puzzle)
    person.done()
    assert "goes on" in person.told
    told = ended(process)
    assert told["outcome"] == "renewed", told
    assert handed.charges == ["1100 JPY"]
    assert any("a person had the page" in note for note in told["notes"])
