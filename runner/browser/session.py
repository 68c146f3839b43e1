"""An account's page: a browser context of its own, with the session that was saved before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from loguru import logger
from playwright.async_api import Error as PlaywrightError

from runner.browser.keys import NoKey
from runner.browser.passkeys import Passkeys
from runner.browser.saved import Saved, SavedSessions
from runner.browser.tabs import origin_of, read_tab, write_tab

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Frame, Page

VIEWPORT = {"width": 1280, "height": 900}
_CLOSING = 10.0
"""Seconds for each thing that is done with a page at its end."""
_TOKEN_LENGTH = 12
"""Cookie values from this length on are taken for tokens, and masked wherever they turn up."""


@dataclass
class Session:
    """An open page. It is saved when it is closed, unless `leave` was called.

    `resumed`: it was signed in before. `notes` tell what could not be used or kept.
    """

    page: Page
    context: BrowserContext
    saved: Saved
    clock: Callable[[], datetime]
    notes: list[str]
    passkeys: Passkeys
    origins: set[str] = field(default_factory=set)
    trace: Path | None = None
    _leave: bool = field(default=False)
    _tracing: bool = field(default=False)

    @property
    def resumed(self) -> bool:
        """Whether a session was saved before, signed in."""
        return self.saved.signed_in_at is not None

    def keep(self) -> None:
        """The owner is signed in now."""
        self.saved.signed_in_at = self.clock()

    def leave(self) -> None:
        """Save nothing: what the browser holds now may come from a stranger."""
        self._leave = True

    async def end_trace(self) -> None:
        """Keep the trace as it is now; nothing more is traced."""
        tracing, self._tracing = self._tracing, False
        if tracing:
            async with _at_most(_CLOSING):
                await self.context.tracing.stop(path=self.trace)

    @property
    def worth_saving(self) -> bool:
        """Whether the site has been there at all: else nothing can have changed."""
        return bool(self.origins) and not self._leave

    async def secrets(self) -> list[str]:
        """The values of cookies that may open the account to whoever holds them."""
        with suppress(PlaywrightError):
            cookies = await self.context.cookies()
            return [c["value"] for c in cookies if len(c.get("value", "")) >= _TOKEN_LENGTH]
        return []


@asynccontextmanager
async def open_session(
    browser: Browser,
    sessions: SavedSessions,
    account: str,
    *,
    locale: str,
    timezone: str,
    owns: Callable[[str], bool],
    device: Collection[str],
    clock: Callable[[], datetime],
    passkeys: Passkeys,
    trace: Path | None = None,
    close: Callable[[BrowserContext], Awaitable[None]] | None = None,
) -> AsyncIterator[Session]:
    """Open an account's page; save its session and close its context, whatever happens.

    `owns` tells the flow's own addresses, `device` names the cookies of a trusted device. `trace`:
    the folder for a Playwright trace. It holds what was typed: scrub it before anybody sees it.
    `close` closes the context, where something better is known than to wait for just that.
    """
    saved = sessions.load(account)
    notes = [*saved.notes, *passkeys.notes]
    for note in notes:
        logger.warning("{}: {}", account, note)
    context = await browser.new_context(
        locale=locale,
        timezone_id=timezone,
        viewport=VIEWPORT,  # type: ignore[arg-type]  # a plain dict, as Playwright takes it
        storage_state=saved.state,  # type: ignore[arg-type]  # the same
        accept_downloads=True,
    )
    session = None
    try:
        await passkeys.lend(context)
        page = await context.new_page()
        await write_tab(page, {o: items for o, items in saved.tabs.items() if owns(o)})
        session = Session(page, context, saved, clock, notes, passkeys)
        page.on("framenavigated", _noting_origins(session, owns))
        async with _traced(session, trace):
            yield session
    finally:
        if session is not None and session.worth_saving:
            async with _at_most(_CLOSING):
                await _save(session, sessions, account, device)
            if passkeys:
                async with _at_most(_CLOSING):
                    await _keeping(session, account, passkeys.take_back(context))
        async with _at_most(_CLOSING):
            await (close(context) if close else context.close())


@asynccontextmanager
async def _traced(session: Session, folder: Path | None) -> AsyncIterator[None]:
    """Meanwhile, keep a trace, without pictures: nothing could be covered in them."""
    if folder is None:
        yield
        return
    session.trace = folder / f"{token_hex(8)}.zip"
    await session.context.tracing.start(snapshots=True)
    session._tracing = True
    try:
        yield
    finally:
        await session.end_trace()


def _noting_origins(session: Session, owns: Callable[[str], bool]) -> Callable[[Frame], None]:
    def note(frame: Frame) -> None:
        if frame.parent_frame is None and owns(frame.url):
            session.origins.add(origin_of(frame.url))

    return note


async def _save(
    session: Session, sessions: SavedSessions, account: str, device: Collection[str]
) -> None:
    state: dict[str, Any] = dict(await session.context.storage_state(indexed_db=True))
    with suppress(PlaywrightError):  # the tab may be closed; all else is kept all the same
        session.saved.tabs = await _tabs(session)
    session.saved.state = state

    async def save() -> None:
        sessions.save(account, session.saved, device)

    await _keeping(session, account, save())


async def _keeping(session: Session, account: str, saving: Awaitable[object]) -> None:
    """What can't be kept is told, and ends no run."""
    try:
        await saving
    except (NoKey, OSError) as error:
        session.notes.append(f"the session could not be kept: {error}")
        logger.warning("{}: {}", account, session.notes[-1])


async def _tabs(session: Session) -> dict[str, dict[str, str]]:
    """Session storage as it is now; that of origins that were not visited stays as it was."""
    unseen = {o: items for o, items in session.saved.tabs.items() if o not in session.origins}
    return unseen | await read_tab(session.page, session.origins)


@asynccontextmanager
async def _at_most(seconds: float) -> AsyncIterator[None]:
    """A browser that died or hangs must not keep a run from its end."""
    with suppress(PlaywrightError, TimeoutError):
        async with asyncio.timeout(seconds):
            yield
