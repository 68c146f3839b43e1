"""What plays pages: Playwright's driver, the browsers under it, and the practice portals.

A command has one for itself, and puts it away at its end. A worker of `kigen serve` keeps one from run to
run: what lives still is used again, what has died is begun anew.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import AsyncExitStack, ExitStack, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

    from runner.browser.early import EarlyDriver
    from runner.browser.network import NetworkRules
    from runner.config.model import At
    from runner.config.workspace import Workspace
    from runner.sandbox.address import Address
    from runner.sandbox.start import Starting

    Reach = tuple[At, tuple[str, ...] | None]
    Launched = tuple[Reach, Path, bool, NetworkRules | None]

_SPAWNING = 0.01
"""Seconds in which the driver's process gets under way, before the imports keep the loop busy."""
_CLOSING = 10.0
"""Seconds that a browser or the driver has to close; what hangs ends with the driver."""
_ANSWERING = 5.0
"""Seconds in which a browser that was kept must say that it lives."""
MOST_BROWSERS = 2
"""So many are kept. A workspace whose flows each allow other hosts has as many kinds of browser."""


class Engine:
    """`stack` puts everything away at the end. `stays`: it is used for run after run."""

    def __init__(
        self, driver: asyncio.Future[Playwright], stack: AsyncExitStack, *, stays: bool = False
    ) -> None:
        self.stays = stays
        self._driver, self._stack = driver, stack
        self._browsers: dict[Launched, Browser] = {}
        self._closings: dict[Browser, asyncio.Task[None]] = {}
        self._portals: Starting | None = None
        self._address: asyncio.Future[Address] | None = None
        self._watching: ExitStack | None = None

    @classmethod
    async def begin(
        cls, stack: AsyncExitStack, early: EarlyDriver | None = None, *, stays: bool = False
    ) -> Self:
        """Start the driver in the background, or take the `early` one."""
        from runner.browser.early import begun
        from runner.browser.launch import start_driver

        early = early or begun(stack, os.environ)
        driver = asyncio.ensure_future(start_driver(early))
        stack.push_async_callback(_stop_driver, driver)
        await asyncio.sleep(_SPAWNING)
        return cls(driver, stack, stays=stays)

    async def ready(self) -> None:
        """Wait until the driver is up, or has failed to come up: then a run will tell why."""
        await asyncio.wait({self._driver})

    async def browser(
        self, reach: Reach, rules: NetworkRules | None, workspace: Workspace, *, headed: bool
    ) -> Browser:
        """A browser of that reach: one that is kept and answers, else a new one. Raises BrowserError."""
        from runner.browser.find import find
        from runner.browser.launch import launch

        found = find(workspace.config.browser.path, headed, os.environ)
        key = (reach, found.path, headed, rules)
        browser = self._browsers.pop(key, None)
        if browser is not None and not await _answers(browser):
            await self.close(browser)
            browser = None
        if browser is None:
            browser = await launch(
                await self._driver, found, headed=headed, rules=rules, traces=self._scratch
            )
            self._stack.push_async_callback(self.close, browser)
        self._browsers[key] = browser  # the one that was used last stands last
        return browser

    def begin_to_close(self, browser: Browser) -> asyncio.Task[None]:
        """Close a browser, for which nobody needs to wait."""
        if browser not in self._closings:
            self._closings[browser] = asyncio.ensure_future(_close(browser))
        return self._closings[browser]

    async def close(self, browser: Browser) -> None:
        """Close a browser."""
        await self.begin_to_close(browser)

    @property
    def traces(self) -> Path:
        """Where traces may stand, with secrets in them: as safe against a kill as it can be."""
        from runner.browser.scratch import watched

        if self._watching is None:
            self._watching = self._stack.enter_context(ExitStack())
            self._watching.enter_context(watched(self._scratch))
        return self._scratch

    async def tidy(self) -> None:
        """After a run: nothing that was traced stays, and no more browsers than are of use."""
        if self._watching is not None:
            await asyncio.to_thread(_emptied, self._scratch)
        for key, browser in list(self._browsers.items())[:-MOST_BROWSERS]:
            del self._browsers[key]
            await self.close(browser)

    async def practice(self, home: Path) -> Address:
        """The practice portals: those that are being served, or our own for as long as we run."""
        from runner.browser.find import BrowserError
        from runner.sandbox.errors import NotStarted
        from runner.sandbox.start import find, starting

        address = find(home)
        if address is not None:
            return address
        if self._portals is None or self._address is None or not self._portals.lives:
            self._portals = self._stack.enter_context(starting(home))
            self._address = asyncio.ensure_future(asyncio.to_thread(self._portals.wait))
        try:
            return await self._address
        except NotStarted as error:
            raise BrowserError(str(error)) from None

    @cached_property
    def _scratch(self) -> Path:
        from runner.browser.scratch import scratch

        return self._stack.enter_context(scratch())


async def _answers(browser: Browser) -> bool:
    """Whether a browser lives: its process may have died, or hang, with nobody having noticed."""
    if not browser.is_connected():
        return False
    with suppress(Exception):
        async with asyncio.timeout(_ANSWERING):
            session = await browser.new_browser_cdp_session()
            await session.send("Browser.getVersion")
            await session.detach()
            return True
    return False


async def _close(browser: Browser) -> None:
    """Close a browser; one that hangs ends with its driver."""
    with suppress(Exception):
        async with asyncio.timeout(_CLOSING):
            await browser.close()


async def _stop_driver(driver: asyncio.Future[Playwright]) -> None:
    """Stop the driver, also when it was still starting."""
    with suppress(Exception, asyncio.CancelledError):
        async with asyncio.timeout(_CLOSING):
            await (await driver).stop()


def _emptied(folder: Path) -> None:
    """Remove what a trace has left; the lock by which the folder is known to be in use stays."""
    for one in folder.iterdir():
        if one.is_dir():
            shutil.rmtree(one, ignore_errors=True)
        elif one.name != "lock":
            one.unlink(missing_ok=True)
