"""Two browsers: one is the run, the other a person's, at the page that the run has handed over."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import trustme
from playwright.sync_api import Browser, Page, expect

from runner.browser.find import find as find_browser
from runner.browser.network import NetworkRules
from runner.sandbox import control, record
from runner.sandbox.start import find
from tests.browser.processes import wait_until
from tests.e2e.canary import Canaries
from tests.e2e.person import Person, link_in, printed_link
from tests.e2e.world import World
from tests.notify.servers import Web, free_port, web_server

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


def solve(
    world: World,
    person: Person,
    puzzle: list[dict[str, tuple[float, float]]],
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


def test_a_person_answers_the_human_check_and_the_run_goes_on(
    handed: World, web: Web, page: Page, puzzle: list[dict[str, tuple[float, float]]]
) -> None:
    process = handed.start()
    link = link_in(web, process)
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


def test_giving_up_ends_the_run(
    handed: World, web: Web, page: Page, puzzle: list[dict[str, tuple[float, float]]]
) -> None:
    process = handed.start()
    person = Person(page)
    person.open(link_in(web, process))
    person.gives_up()
    assert "stops here" in person.told
    told = ended(process)
    assert (told["outcome"], handed.charges) == ("needs_you", [])
    assert "gave up" in told["message"]
    assert handed.events("signed_in") == 0
    assert len(web.bodies) == 2, "the end is told as well"


def test_nobody_comes(handed: World, web: Web, page: Page) -> None:
    handed.fault("human_check")
    handed.config["hand_off"]["wait"] = "3 seconds"
    handed.config["deadline"] = "60 seconds"
    process = handed.start()
    link = link_in(web, process)
    told = ended(process)
    assert (told["outcome"], handed.charges) == ("needs_you", [])
    assert "did not come in time" in told["message"]
    with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        page.goto(link)


def test_a_link_is_for_one_browser_and_for_nobody_who_guesses(
    handed: World, web: Web, page: Page, browser: Browser
) -> None:
    handed.fault("human_check")
    process = handed.start()
    link = link_in(web, process)
    previewed = page.request.get(link)  # as a chat service does, before anybody has pressed
    assert previewed.status == 200
    assert "confirm you are human" not in previewed.text().lower()
    for forged in (link[:-1] + ("A" if link[-1] != "A" else "B"), link.rpartition("/")[0] + "/x"):
        answer = page.goto(forged)
        assert answer is not None
        assert answer.status == 410
        expect(page.get_by_role("heading")).to_have_text("This link leads nowhere any more")
    base, _, token = link.rpartition("/")
    id = token.split(".")[0]
    unclaimed = page.goto(f"{base}/{id}/page")
    assert unclaimed is not None
    assert unclaimed.status == 403

    person = Person(page)
    person.open(link)
    stranger = browser.new_context()
    other = stranger.new_page()
    other.goto(link)
    other.get_by_role("button").click()
    expect(other.get_by_role("heading")).to_have_text("Another browser has this page")
    refused = other.goto(f"{base}/{id}/page")
    assert refused is not None
    assert refused.status == 403
    assert other.evaluate(_OPENS_SOCKET, f"{base}/{id}/live".replace("http", "ws")) == "closed"
    stranger.close()

    page.goto(link)  # the same browser comes back
    page.get_by_role("button").click()
    person.sees_the_page()
    person.gives_up()
    assert ended(process)["outcome"] == "needs_you"


_OPENS_SOCKET = """url => new Promise(done => {
  const socket = new WebSocket(url);
  socket.onopen = () => done('open');
  socket.onclose = () => done('closed');
})"""


def test_a_phone_and_japanese(
    handed: World, web: Web, browser: Browser, puzzle: list[dict[str, tuple[float, float]]]
) -> None:
    """A small screen, a finger, and text that an input method has put together."""
    handed.config["hand_off"]["wait"] = "3 minutes"
    process = handed.start()
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="ja-JP"
    )
    page = phone.new_page()
    person = Person(page, done_name="完了")
    person.open(link_in(web, process))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    handed.clear()
    solve(handed, person, puzzle, finger=True)
    person.done()
    assert "Kigen が続きを行います" in person.told
    assert ended(process)["outcome"] == "renewed"
    assert handed.charges == ["1100 JPY"]
    phone.close()


def test_what_the_page_asked_before_the_click_is_the_owners_and_the_click_stays_one(
    handed: World, web: Web, page: Page
) -> None:
    """After the paying click the page is not understood: a person looks, and nothing is paid again."""
    handed.hurry()
    handed.fault("changed_layout", path="*/add/complete")
    process = handed.start()
    person = Person(page)
    person.open(link_in(web, process))
    assert "Kigen will not press the paying button again" in page.inner_text("header")
    with handed.ledger() as ledger:
        (renewal,) = ledger.renewals.list("docomo")
    assert renewal.state == "committing"
    page.get_by_role("button", name="Done").click()
    person.open(link_in(web, process, 1))  # the page still does not say that it is paid
    person.gives_up()
    told = ended(process)
    assert told["outcome"] == "payment_unknown"
    assert handed.charges == ["1100 JPY"]
    handed.clear()
    process = handed.start()
    assert ended(process)["outcome"] == "renewed"
    assert handed.charges == ["1100 JPY"]
    assert [moves[-1] for moves in handed.moves()] == ["verified"]


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


def sign_in_watched(world: World, browser: Browser) -> dict[str, tuple[bytes, tuple[float, float]]]:
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
        found[action] = page.screenshot(), _middle(page, box)
        if text is not None:
            page.locator(box).fill(text)
            page.locator(box).press("Enter")
        elif action == "begin":
            page.locator(box).click()
    context.close()
    control.reset(world.home)
    return found


def arrived(world: World) -> list[str]:
    """What was sent to the portal as an ID."""
    bodies = [parse_qs(request["body"]) for request in record.read(world.home)]
    return [text for body in bodies for text in body.get("authid", [])]


def test_what_a_person_types_is_kept_nowhere(handed: World, web: Web, page: Page) -> None:
    """A sign-in page that has changed is shown; whatever is typed into it stays between the two."""
    pasted, typed = "山田花子の答え", "k3y5-one-by-one"
    handed.hurry()
    handed.fault("changed_layout", path="/auth/*")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(SIGN_IN)
    record.begin(handed.home)
    box = _middle(page, "#lgn_id_text")
    process = handed.start("--trace")
    link = link_in(web, process)
    person = Person(page)
    person.open(link)
    assert "does not understand" in page.inner_text("header")
    person.click(*box)
    person.paste(pasted)
    person.type(typed)
    person.press("Enter")
    assert wait_until(lambda: (pasted + typed) in arrived(handed), 30.0)
    person.gives_up()
    out, err = process.communicate(timeout=90)
    told = json.loads(out)
    assert told["outcome"] == "needs_you"
    assert Path(told["evidence"], "trace.zip").exists(), "of what came before"
    canaries = Canaries()
    canaries.plant(pasted=pasted, typed=typed, both=pasted + typed)
    assert canaries.found(handed.home, [out.encode(), err.encode()]) == []
    token = link.rpartition("/")[2]
    canaries = Canaries()
    canaries.plant(link=token)
    places = {Path(place).name for place, _, _ in canaries.found(handed.home, [out.encode()])}
    assert places <= {"ledger.db", "ledger.db-wal"}, "the message that waits to be sent holds it"


def test_behind_a_proxy_that_speaks_tls(handed: World, web: Web, browser: Browser) -> None:
    """The link is the proxy's; cookie and socket are fit for it."""
    handed.fault("human_check")
    port = free_port()
    with tls_before(port) as outside:
        handed.config["hand_off"] |= {
            "listen": f"127.0.0.1:{port}",
            "url": f"https://127.0.0.1:{outside}",
        }
        process = handed.start()
        context = browser.new_context(ignore_https_errors=True)
        page = context.new_page()
        person = Person(page)
        link = link_in(web, process)
        assert link.startswith(f"https://127.0.0.1:{outside}/hand-off/")
        person.open(link)
        (cookie,) = context.cookies()
        assert cookie["secure"]
        person.gives_up()
        assert ended(process)["outcome"] == "needs_you"
        context.close()


@contextmanager
def tls_before(port: int) -> Iterator[int]:
    """A server that takes TLS off and hands everything on, as a reverse proxy does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    loop = asyncio.new_event_loop()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, inner[1]), pump(inner[0], writer))

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        starting = asyncio.start_server(on, "127.0.0.1", 0, ssl=context)
        server = asyncio.run_coroutine_threadsafe(starting, loop).result(10)
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
