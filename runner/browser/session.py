"""An account's page: a browser context of its own, with the session that was saved before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

from runner.browser.vault import Vault

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

VIEWPORT = {"width": 1280, "height": 900}
_CLOSING = 10.0
"""Seconds for each thing that is done with a page at its end."""
_TOKEN_LENGTH = 12
"""Cookie values from this length on are taken for tokens, and masked wherever they turn up."""


@dataclass
class Session:
    """An open page. What `keep` has marked is saved when the session is closed."""

    page: Page
    context: BrowserContext
    resumed: bool
    _keep: bool = field(default=False)

    def keep(self) -> None:
        """The owner is signed in: save the session at its end."""
        self._keep = True

    async def secrets(self) -> list[str]:
        """The values of cookies that may open the account to whoever holds them."""
        with suppress(PlaywrightError):
            cookies = await self.context.cookies()
            return [c["value"] for c in cookies if len(c.get("value", "")) >= _TOKEN_LENGTH]
        return []


@asynccontextmanager
async def open_session(
    browser: Browser,
    vault: Vault,
    account: str,
    *,
    locale: str,
    timezone: str,
    trace: Path | None = None,
) -> AsyncIterator[Session]:
    """Open an account's page; close its context, whatever happens.

    `trace`: where to keep a Playwright trace. It holds what was typed: scrub it before anybody sees it.
    """
    saved = vault.load(account)
    context = await browser.new_context(
        locale=locale,
        timezone_id=timezone,
        viewport=VIEWPORT,  # type: ignore[arg-type]
        storage_state=saved,  # type: ignore[arg-type]
        accept_downloads=True,
    )
    session = None
    try:
        if trace is not None:
            await context.tracing.start(screenshots=True, snapshots=True)
        session = Session(await context.new_page(), context, saved is not None)
        yield session
    finally:
        if session is not None and session._keep:
            async with _at_most(_CLOSING):
                vault.save(account, dict(await context.storage_state(indexed_db=True)))
        if trace is not None:
            async with _at_most(_CLOSING):
                await context.tracing.stop(path=trace)
        async with _at_most(_CLOSING):
            await context.close()


@asynccontextmanager
async def _at_most(seconds: float) -> AsyncIterator[None]:
    """A browser that died or hangs must not keep a run from its end."""
    with suppress(PlaywrightError, TimeoutError):
        async with asyncio.timeout(seconds):
            yield
