"""A driver that was started early is Playwright's driver like any other, and ends with its owner."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from runner.browser.early import EarlyDriver
from runner.browser.find import Browser
from runner.browser.launch import launch, start_driver

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
