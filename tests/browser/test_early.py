"""A driver that was started early is Playwright's driver like any other, and ends with its owner."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest
from playwright.async_api import Error

from runner.browser.early import EarlyDriver
from runner.browser.find import Browser
from runner.browser.launch import launch, start_driver
from runner.browser.tabs import read_tab, write_tab

from .processes import alive, descendants, wait_until

pytestmark = pytest.mark.browser

BEGINS = """
import os, time
from runner.browser.early import EarlyDriver
driver = EarlyDriver.begin(os.environ)
print("ready", flush=True)
time.sleep(600)
"""


def test_playwright_speaks_to_it(here: Browser) -> None:
    async def play() -> str:
        with EarlyDriver.begin(os.environ) as early:
            (process,) = descendants(os.getpid()) - before
            driver = await start_driver(early)
            assert descendants(os.getpid()) - before == {process}, "it started another one"
            browser = await launch(driver, here, headed=False)
            page = await browser.new_page()
            await page.set_content("<p>here</p>")
            text = await page.inner_text("p")
            await browser.close()
            await driver.stop()
            assert not alive({process})
        return text

    before = descendants(os.getpid())
    assert asyncio.run(play()) == "here"


@pytest.mark.parametrize("own", [False, True])
def test_what_a_page_tells_holds_no_sign_that_no_text_may_hold(here: Browser, own: bool) -> None:
    """But what a site keeps in the browser comes back to it as it was."""

    async def play() -> None:
        with EarlyDriver.begin(os.environ) as early:
            driver = await start_driver(None if own else early)
            browser = await launch(driver, here, headed=False)
            page = await browser.new_page()
            await page.route(
                "**/*", lambda route: route.fulfill(body="<p>", content_type="text/html")
            )
            await page.goto("https://site.example/")
            await page.evaluate(
                "for (const store of [localStorage, sessionStorage]) store.kept = 'a\\ud800'"
            )
            await page.evaluate(
                "document.title = document.body.textContent = 'x\\udfff\\x00\\x1b期'"
            )
            assert (await page.title())[:2] == "x�"
            assert await page.inner_text("body") == "x���期"
            with pytest.raises(Error, match="x�"):
                await page.evaluate("throw new Error('x\\ud800')")
            state = await page.context.storage_state()
            assert state["origins"][0]["localStorage"] == [{"name": "kept", "value": "a\ud800"}]
            tabs = await read_tab(page, ["https://site.example"])
            assert tabs == {"https://site.example": {"kept": "a\ud800"}}
            await write_tab(await browser.new_page(), tabs)
            await browser.close()
            await driver.stop()

    asyncio.run(play())


def test_playwright_starts_its_own_as_before_afterwards(here: Browser) -> None:
    async def play() -> None:
        with EarlyDriver.begin(os.environ) as early:
            await (await start_driver(early)).stop()
        driver = await start_driver()
        await (await launch(driver, here, headed=False)).close()
        await driver.stop()

    asyncio.run(play())


def test_one_that_nobody_speaks_to_ends_with_its_block() -> None:
    before = descendants(os.getpid())
    with EarlyDriver.begin(os.environ):
        begun = descendants(os.getpid()) - before
        assert begun
    assert not alive(begun)


def test_it_does_not_outlive_a_process_that_is_killed() -> None:
    process = subprocess.Popen([sys.executable, "-c", BEGINS], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process, process.stdout:
        assert process.stdout.readline() == "ready\n"
        below = descendants(process.pid)
        assert below
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)
    assert wait_until(lambda: not alive(below))
