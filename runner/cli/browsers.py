"""The browsers of one command: one for live portals, one that can reach nothing but the sandbox."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runner.config.home import Home
from runner.config.workspace import Workspace

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

    from runner.browser.network import NetworkRules
    from runner.browser.session import Session
    from runner.config.model import Account, At
    from runner.flow.model import Flow


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
        self._launches: dict[At, asyncio.Task[Browser]] = {}

    def begin(self, places: Iterable[At]) -> None:
        """Start what will be needed, beside whatever else there is to do."""
        for at in places:
            self._launches[at] = asyncio.ensure_future(self._launch(at))

    @asynccontextmanager
    async def open_session(
        self, account: Account, flow: Flow, *, trace: Path | None
    ) -> AsyncIterator[Session]:
        """An account's page, with its saved session."""
        from runner.browser.saved import SavedSessions
        from runner.browser.session import open_session
        from runner.browser.vault import Vault

        browser = await self._launches[account.at]
        async with open_session(
            browser,
            SavedSessions(Vault(self._home.folder, os.environ), _now),
            account.name,
            locale=flow.locale,
            timezone=flow.timezone,
            owns=flow.owns,
            device=flow.trusted_device,
            clock=_now,
            trace=trace,
        ) as session:
            yield session

    async def _launch(self, at: At) -> Browser:
        from runner.browser.find import find
        from runner.browser.launch import launch

        rules = await self._sandbox() if at == "sandbox" else None
        found = find(self._workspace.config.browser.path, self._headed, os.environ)
        browser = await launch(await self._driver, found, headed=self._headed, rules=rules)
        self._stack.push_async_callback(_close, browser)
        await browser.new_page()  # the first page takes twice as long: have it before it is needed
        return browser

    async def _sandbox(self) -> NetworkRules:
        """The practice portals: those that are being served, or our own for as long as we run."""
        from runner.browser.find import BrowserError
        from runner.browser.network import NetworkRules
        from runner.sandbox.errors import NotStarted
        from runner.sandbox.start import find, starting

        address = find(self._home.folder)
        if address is None:
            server = self._stack.enter_context(starting(self._home.folder))
            try:
                address = await asyncio.to_thread(server.wait)
            except NotStarted as error:
                raise BrowserError(str(error)) from None
        return NetworkRules(
            tuple((f"{host}:443", f"127.0.0.1:{address.port}") for host in address.hosts),
            address.pin,
        )


def _now() -> datetime:
    return datetime.now(UTC)


async def _close(browser: Browser) -> None:
    """Close a browser; one that hangs ends with its driver."""
    with suppress(Exception):
        async with asyncio.timeout(10):
            await browser.close()
