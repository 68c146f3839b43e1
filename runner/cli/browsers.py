"""The browsers of one command: one for live portals, one that can reach nothing but the sandbox, and
one more for each flow that allows its pages certain hosts only."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from runner.config.home import Home
from runner.config.workspace import Workspace

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext

    from runner.browser.network import NetworkRules
    from runner.browser.session import Session
    from runner.cli.engine import Engine, Reach
    from runner.config.model import Account, At
    from runner.flow.model import Flow


class Browsers:
    """Has a browser launched when an account first needs it."""

    def __init__(self, engine: Engine, workspace: Workspace, home: Home, *, headed: bool) -> None:
        self._engine, self._workspace, self._home = engine, workspace, home
        self._headed = headed or workspace.config.browser.headed
        self._launches: dict[Reach, asyncio.Task[Browser]] = {}
        self._to_come: Counter[Reach] = Counter()

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
            trace=self._engine.traces if trace else None,
            close=partial(self._end_session, reach, browser),
        ) as session:
            yield session

    async def _launch(self, at: At, only: tuple[str, ...] | None) -> Browser:
        rules = await self._rules(at, only)
        return await self._engine.browser((at, only), rules, self._workspace, headed=self._headed)

    async def _end_session(self, reach: Reach, browser: Browser, context: BrowserContext) -> None:
        """Close a session's page. The last one goes with its browser, for which nobody waits here,
        unless it stays for the next run."""
        self._to_come[reach] -= 1
        if self._engine.stays or self._to_come[reach] > 0:
            await context.close()
        else:
            self._engine.begin_to_close(browser)
            await asyncio.sleep(0)  # so that it is under way before the report is written

    async def _rules(self, at: At, only: tuple[str, ...] | None) -> NetworkRules | None:
        """What a browser can reach: everything, `only` these hosts, or of them the sandbox's."""
        from runner.browser.network import NetworkRules
        from runner.flow.model import fits

        if at == "live":
            return None if only is None else NetworkRules((), direct=only)
        address = await self._engine.practice(self._home.folder)
        there = f"127.0.0.1:{address.port}"
        return NetworkRules(
            tuple((f"{h}:443", there) for h in address.hosts if only is None or fits(h, only)),
            address.pin,
        )


def _now() -> datetime:
    return datetime.now(UTC)
