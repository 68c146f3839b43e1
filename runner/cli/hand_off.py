"""Serving live pages for runs: one server an address, from the first page that needs a person on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loguru import logger

from runner.cli.progress import Progress
from runner.config.hand_off import HandOff as Settings
from runner.config.home import Home
from runner.config.workspace import Workspace
from runner.config.zone import local_zone
from runner.values.secret import Redactor, Secret

if TYPE_CHECKING:
    from runner.challenge.handoff import Asked, Ended
    from runner.challenge.handoff_live import LivePage
    from runner.config.model import Account
    from runner.notify.events import Event
    from runner.web.handoff import HandOffs

Tell = Callable[["Event", "Account"], Awaitable[bool]]
"""Tells the owner at once; whether anybody listens."""


class LivePages:
    """The live pages of one command. `stack` puts the servers away at its end."""

    def __init__(
        self,
        home: Home,
        stack: AsyncExitStack,
        *,
        language: str,
        timezone: ZoneInfo,
        redactor: Redactor,
        progress: Progress,
    ) -> None:
        self._home, self._stack, self._language, self._timezone = home, stack, language, timezone
        self._redactor, self._progress = redactor, progress
        self._served: dict[tuple[str, str | None], HandOffs] = {}
        self._starting = asyncio.Lock()

    async def ask(self, account: Account, asked: Asked, live: LivePage, tell: Tell) -> Ended:
        """Show a live page to the account's owner, and wait for the end. Raises NoPerson."""
        from runner.challenge.handoff import HandOff
        from runner.challenge.handoff_hands import Hands
        from runner.challenge.offers import Offers
        from runner.renewal.tell import hand_off_event

        served = await self._serve(account.hand_off or Settings())
        hand_off = HandOff(asked, live)
        hands = Hands(live, lambda text: self._redactor.add(Secret(text)))
        async with live.shown():
            with served.offered(hand_off, hands) as link:
                base, _, token = link.rpartition("/hand-off/")
                self._redactor.add(Secret(token))
                logger.info("{}: a page waits for its owner ({})", account.name, asked.need)
                telling = asyncio.ensure_future(
                    tell(hand_off_event(asked, link, self._timezone), account)
                )
                telling.add_done_callback(lambda told: self._show(account, link, told))
                self._stack.push_async_callback(_end, telling)
                with Offers(self._home.folder, _now).noted(hand_off, base):
                    return await hand_off.wait((asked.until - _now()).total_seconds())

    def _show(self, account: Account, link: str, told: asyncio.Future[bool]) -> None:
        """The link on the terminal; elsewhere only where nobody has heard of it."""
        listens = not told.cancelled() and told.exception() is None and told.result()
        self._progress.link(f"{account.name}: a page waits for you: {link}", told=listens)

    async def _serve(self, settings: Settings) -> HandOffs:
        """The server of this address; started when it is first needed."""
        from runner.browser.keys import Keys, NoKey
        from runner.challenge.handoff import NoPerson
        from runner.web.app import create_app
        from runner.web.handoff import HandOffs
        from runner.web.links import Links, key_for
        from runner.web.pages import Pages
        from runner.web.serve import NotServed, listening, serving

        async with self._starting:
            if (found := self._served.get((settings.listen, settings.url))) is not None:
                return found
            try:
                key = Keys(self._home.folder, os.environ).all()[0]
                listener = listening(settings.host, settings.port)
            except (NoKey, NotServed) as error:
                raise NoPerson(str(error)) from None
            pages = Pages(settings.base(listener.getsockname()[1]), self._language)
            found = HandOffs(Links(key_for("hand-off link", key), _now), pages)
            app = create_app(found.routes(), pages)
            await self._stack.enter_async_context(serving(app, listener))
            self._served[settings.listen, settings.url] = found
            return found


def live_pages_of(
    workspace: Workspace,
    home: Home,
    stack: AsyncExitStack,
    redactor: Redactor,
    progress: Progress,
) -> LivePages:
    """Live pages as config.yaml wants them."""
    config = workspace.config
    return LivePages(
        home,
        stack,
        language=config.language,
        timezone=config.timezone or local_zone(),
        redactor=redactor,
        progress=progress,
    )


async def _end(telling: asyncio.Future[bool]) -> None:
    """The message is on its way: let it arrive."""
    with suppress(Exception):
        await telling


def _now() -> datetime:
    return datetime.now(UTC)
