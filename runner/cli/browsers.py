"""The browsers of one command: one for live portals, one that can reach nothing but the sandbox, and
one more for each flow that allows its pages certain hosts only."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from runner.config.home import Home
from runner.config.workspace import Workspace

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright

    from runner.browser.network import NetworkRules
    from runner.browser.session import Session
    from runner.config.model import Account, At
    from runner.flow.model import Flow
    from runner.sandbox.address import Address

    Reach = tuple[At, tuple[str, ...] | None]


class Browsers:
    """Launches a browser when an account first needs it. `stack` puts everything away at the end."""

    def __init__(
        self,
        driver: asyncio.Future[Playwright],
        workspace: Workspace,
        home: Home,
        stack: AsyncExitStack,
        *,
        headed: bool,
    ) -> None:
        self._driver, self._workspace, self._home, self._stack = driver, workspace, home, stack
        self._headed = headed or workspace.config.browser.headed
        self._launches: dict[Reach, asyncio.Task[Browser]] = {}
        self._to_come: Counter[Reach] = Counter()
        self._closings: dict[Browser, asyncio.Task[None]] = {}
        self._practice: asyncio.Task[Address] | None = None

    def begin(self, wanted: Iterable[tuple[Account, Flow]]) -> None:
        """Start what will be needed, beside whatever else there is to do.

        Each account opens one session: with the last of them, their browser begins to close.
        """
        for account, flow in wanted:
            reach = (account.at, flow.reachable)
            self._to_come[reach] += 1
            if reach not in self._launches:
                self._launches[reach] = asyncio.ensure_future(self._launch(*reach))

    @asynccontextmanager
    async def open_session(
        self, account: Account, flow: Flow, *, trace: bool
    ) -> AsyncIterator[Session]:
        """An account's page, with its saved session. A trace is where nothing stays: scrub it."""
        from runner.browser.passkeys import Passkeys
        from runner.browser.saved import SavedSessions
        from runner.browser.session import open_session
        from runner.browser.vault import Vault

        reach = (account.at, flow.reachable)
        browser = await self._launches[reach]
        vault = Vault(self._home.folder, os.environ)
        async with open_session(
            browser,
            SavedSessions(vault, _now),
            account.name,
            locale=flow.locale,
            timezone=flow.timezone,
            owns=flow.owns,
            device=flow.trusted_device,
            clock=_now,
            passkeys=Passkeys.load(vault, account.name, _now),
            trace=self._traces if trace else None,
            close=partial(self._end_session, reach, browser),
        ) as session:
            yield session

    @cached_property
    def _traces(self) -> Path:
        """The same, as safe against a kill as it can be."""
        from runner.browser.scratch import watched

        self._stack.enter_context(watched(self._scratch))
        return self._scratch

    @cached_property
    def _scratch(self) -> Path:
        from runner.browser.scratch import scratch

        return self._stack.enter_context(scratch())

    async def _launch(self, at: At, only: tuple[str, ...] | None) -> Browser:
        from runner.browser.find import find
        from runner.browser.launch import launch

        rules = await self._rules(at, only)
        found = find(self._workspace.config.browser.path, self._headed, os.environ)
        browser = await launch(
            await self._driver, found, headed=self._headed, rules=rules, traces=self._scratch
        )
        self._stack.push_async_callback(self._close, browser)
        return browser

    async def _end_session(self, reach: Reach, browser: Browser, context: BrowserContext) -> None:
        """Close a session's page. The last one goes with its browser, for which nobody waits here."""
        self._to_come[reach] -= 1
        if self._to_come[reach] > 0:
            await context.close()
        else:
            self._begin_to_close(browser)
            await asyncio.sleep(0)  # so that it is under way before the report is written

    def _begin_to_close(self, browser: Browser) -> asyncio.Task[None]:
        if browser not in self._closings:
            self._closings[browser] = asyncio.ensure_future(_close(browser))
        return self._closings[browser]

    async def _close(self, browser: Browser) -> None:
        await self._begin_to_close(browser)

    async def _rules(self, at: At, only: tuple[str, ...] | None) -> NetworkRules | None:
        """What a browser can reach: everything, `only` these hosts, or of them the sandbox's."""
        from runner.browser.network import NetworkRules
        from runner.flow.model import fits

        if at == "live":
            return None if only is None else NetworkRules((), direct=only)
        self._practice = self._practice or asyncio.ensure_future(self._sandbox())
        address = await self._practice
        there = f"127.0.0.1:{address.port}"
        return NetworkRules(
            tuple((f"{h}:443", there) for h in address.hosts if only is None or fits(h, only)),
            address.pin,
        )

    async def _sandbox(self) -> Address:
        """The practice portals: those that are being served, or our own for as long as we run."""
        from runner.browser.find import BrowserError
        from runner.sandbox.errors import NotStarted
        from runner.sandbox.start import find, starting

        address = find(self._home.folder)
        if address is None:
            server = self._stack.enter_context(starting(self._home.folder))
            try:
                address = await asyncio.to_thread(server.wait)
            except NotStarted as error:
                raise BrowserError(str(error)) from None
        return address


def _now() -> datetime:
    return datetime.now(UTC)


async def _close(browser: Browser) -> None:
    """Close a browser; one that hangs ends with its driver."""
    with suppress(Exception):
        async with asyncio.timeout(10):
            await browser.close()
