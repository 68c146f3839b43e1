"""What a site keeps in a browser comes back in the next one: all kinds of it, each with its own life."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser as RunningBrowser

from runner.browser.find import Browser
from runner.browser.launch import launch, start_driver
from runner.browser.network import NetworkRules
from runner.browser.passkeys import Passkeys
from runner.browser.saved import SavedSessions
from runner.browser.session import Session, open_session
from runner.browser.vault import Vault
from tests.page.site import Site, serve

pytestmark = pytest.mark.browser
ONE, TWO, EVIL = (
    "https://practice.example.jp",
    "https://bank.example.jp",
    "https://evil.example.com",
)
FILL = """async name => {
  localStorage.setItem('local', name)
  sessionStorage.setItem('tab', name)
  document.cookie = `short=${name};secure`
  document.cookie = `trusted=${name};secure;max-age=31536000`
  const base = await new Promise((done, failed) => {
    const asked = indexedDB.open('base', 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore('box', {keyPath: 'id'})
    asked.onsuccess = () => done(asked.result)
    asked.onerror = failed
  })
  await new Promise(done => {
    const put = base.transaction('box', 'readwrite').objectStore('box').put({id: 1, name})
    put.onsuccess = done
  })
}"""
READ = """async () => ({
  local: localStorage.getItem('local'), tab: sessionStorage.getItem('tab'), cookies: document.cookie,
  base: await new Promise(done => {
    const asked = indexedDB.open('base')
    asked.onsuccess = () => {
      if (!asked.result.objectStoreNames.contains('box')) return done(null)
      const get = asked.result.transaction('box').objectStore('box').get(1)
      get.onsuccess = () => done(get.result ? get.result.name : null)
    }
  })
})"""
Visit = Callable[[Session], Awaitable[Any]]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site()
    server = serve(site)
    site.pages["/"] = "<p>ようこそ</p>"
    yield site
    server.shutdown()


class Machine:
    """A home, and visits in browsers of their own, one after the other."""

    def __init__(self, runner: asyncio.Runner, browser: RunningBrowser, home: Path) -> None:
        self.runner, self.browser, self.home, self.notes = runner, browser, home, list[str]()
        self.now = datetime.now(UTC)

    @property
    def sessions(self) -> SavedSessions:
        return SavedSessions(Vault(self.home, {}), lambda: self.now)

    def visit(self, *visits: Visit) -> list[Any]:
        return self.runner.run(self._visit(visits))

    async def _visit(self, visits: tuple[Visit, ...]) -> list[Any]:
        found = []
        for visit in visits:
            async with open_session(
                self.browser,
                self.sessions,
                "me",
                locale="ja-JP",
                timezone="Asia/Tokyo",
                owns=lambda url: url.startswith((ONE, TWO)),
                device=["trusted"],
                clock=lambda: self.now,
                passkeys=Passkeys.load(Vault(self.home, {}), "me", lambda: self.now),
            ) as session:
                found.append(await visit(session))
            self.notes = session.notes
        return found


@pytest.fixture(scope="module")
def started(here: Browser, site: Site) -> Iterator[tuple[asyncio.Runner, RunningBrowser]]:
    hosts = tuple((f"{url[8:]}:443", f"127.0.0.1:{site.port}") for url in (ONE, TWO, EVIL))
    with asyncio.Runner() as runner:
        driver = runner.run(start_driver())
        rules = NetworkRules(hosts, site.pin)
        browser = runner.run(launch(driver, here, headed=False, rules=rules))
        yield runner, browser
        runner.run(browser.close())
        runner.run(driver.stop())


@pytest.fixture
def machine(started: tuple[asyncio.Runner, RunningBrowser], tmp_path: Path) -> Machine:
    return Machine(*started, tmp_path)


async def fill(session: Session) -> None:
    for number, url in enumerate((ONE, TWO)):
        await session.page.goto(url)
        await session.page.evaluate(FILL, f"name{number}")
    session.keep()


async def read(session: Session) -> list[dict[str, Any]]:
    found = []
    for url in (ONE, TWO):
        await session.page.goto(url)
        found.append(await session.page.evaluate(READ))
    return found


def kept(number: int) -> dict[str, str]:
    name = f"name{number}"
    return {"local": name, "tab": name, "cookies": f"short={name}; trusted={name}", "base": name}


def test_all_that_a_site_keeps_comes_back(machine: Machine) -> None:
    machine.visit(fill)
    (one, two), again = machine.visit(read, read)
    for found, number in ((one, 0), (two, 1)):
        parts = sorted(found.pop("cookies").split("; "))
        assert parts == [f"short=name{number}", f"trusted=name{number}"]
        expected = kept(number)
        del expected["cookies"]
        assert found == expected
    assert [found["tab"] for found in again] == ["name0", "name1"]


def test_after_a_reset_only_the_trusted_device_is_left(machine: Machine) -> None:
    machine.visit(fill)
    machine.sessions.reset("me", forget_device=False)

    async def look(session: Session) -> Any:
        assert not session.resumed
        return await read(session)

    ((one, _),) = machine.visit(look)
    assert one == {"local": None, "tab": None, "cookies": "trusted=name0", "base": None}


def test_what_a_site_takes_away_stays_away(machine: Machine) -> None:
    async def sign_out(session: Session) -> None:
        await session.page.goto(ONE)
        await session.page.evaluate(
            "() => { localStorage.clear(); sessionStorage.clear();"
            " document.cookie = 'short=;secure;max-age=0';"
            " document.cookie = 'trusted=;secure;max-age=0' }"
        )

    machine.visit(fill, sign_out)
    ((one, two),) = machine.visit(read)
    assert (one["local"], one["tab"], one["cookies"]) == (None, None, "")
    assert two["tab"] == "name1"
    assert "trusted=name1" in two["cookies"]


def test_a_stranger_leaves_nothing_behind(machine: Machine) -> None:
    async def be_led_away(session: Session) -> None:
        await session.page.goto(EVIL)
        await session.page.evaluate(FILL, "evil")

    machine.visit(fill)
    before = Vault(machine.home, {}).read("sessions", "me")
    machine.visit(be_led_away)
    assert Vault(machine.home, {}).read("sessions", "me") == before


def test_what_a_run_disowns_is_not_kept(machine: Machine) -> None:
    async def disown(session: Session) -> None:
        await session.page.goto(ONE)
        await session.page.evaluate(FILL, "new")
        session.leave()

    machine.visit(fill, disown)
    ((one, _),) = machine.visit(read)
    assert one["local"] == "name0"


def test_a_trusted_device_outlives_the_session(machine: Machine) -> None:
    machine.visit(fill)
    machine.now += timedelta(days=300)
    (device,) = [one for one in machine.sessions.all() if one.trusted_until is not None]
    assert device.trusted_until is not None
    assert device.trusted_until > machine.now
    machine.now += timedelta(days=70)
    names = {c["name"] for c in machine.sessions.load("me").state["cookies"]}
    assert names == {"short"}


def test_a_browser_that_died_ends_nothing_but_the_saving(machine: Machine) -> None:
    async def die(session: Session) -> None:
        await session.page.goto(ONE)
        await session.context.close()

    machine.visit(fill)
    before = Vault(machine.home, {}).read("sessions", "me")
    machine.visit(die)
    assert Vault(machine.home, {}).read("sessions", "me") == before


def test_a_disk_that_is_full_is_told(machine: Machine) -> None:
    (machine.home / "sessions").write_text("no folder")
    machine.visit(fill)
    assert "the session could not be kept" in machine.notes[0]


def test_a_flow_may_reach_certain_hosts_only() -> None:
    """What Chromium is told for a live site; tests/e2e/test_strangers.py has it refused."""
    assert NetworkRules((), direct=("a.example.jp", "*.cdn.example")).arguments()[:2] == [
        "--host-resolver-rules=EXCLUDE a.example.jp, EXCLUDE *.cdn.example, MAP * ~NOTFOUND",
        "--proxy-server=direct://",
    ]
