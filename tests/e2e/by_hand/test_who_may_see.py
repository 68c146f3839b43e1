"""Who may see a live page, through what, and what stays of it."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import trustme
from playwright.sync_api import Browser, Page, expect

from runner.sandbox import record
from tests.browser.processes import wait_until
from tests.e2e.by_hand.person import SIGN_IN, Person, ended, link_in, middle
from tests.e2e.canary import Canaries
from tests.e2e.world import World
from tests.notify.servers import Web
from tests.ports import free_port

pytestmark = pytest.mark.by_hand


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


_OPENS_SOCKET = """url => new Promise(done => {
  const socket = new WebSocket(url);
  socket.onopen = () => done('open');
  socket.onclose = () => done('closed');
})"""


def arrived(world: World) -> list[str]:
    """What was sent to the portal as an ID."""
    bodies = [parse_qs(request["body"]) for request in record.read(world.home)]
    return [text for body in bodies for text in body.get("authid", [])]


def test_what_a_person_types_is_kept_nowhere(handed: World, web: Web, page: Page) -> None:
    """A sign-in page that has changed is shown; whatever is typed into it stays between the two."""
    composed, pasted, typed = "日本語", "山田花子の答え", "k3y5-one-by-one"
    handed.hurry()
    handed.fault("changed_layout", path="/auth/*")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(SIGN_IN)
    record.begin(handed.home)
    box = middle(page, "#lgn_id_text")
    process = handed.start("--trace")
    link = link_in(web, process)
    person = Person(page)
    person.open(link)
    assert "does not understand" in page.inner_text("header")
    person.click(*box)
    person.compose("にほんご", composed)
    person.paste(pasted)
    person.type(typed)
    person.press("Enter")
    assert wait_until(lambda: (composed + pasted + typed) in arrived(handed), 30.0)
    person.gives_up()
    out, err = process.communicate(timeout=90)
    told = json.loads(out)
    assert told["outcome"] == "needs_you"
    assert Path(told["evidence"], "trace.zip").exists(), "of what came before"
    canaries = Canaries()
    canaries.plant(composed=composed, pasted=pasted, typed=typed, both=pasted + typed)
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
