"""A page in the hands of a person: what is asked of them, and how it ended."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from runner.challenge.handoff_live import LivePage
    from runner.config.model import Account

Need = Literal["human_check", "code", "changed", "paying", "login"]
"""What a person is asked for: it chooses the instruction that they read."""


class Ended(StrEnum):
    """How a hand-off ended, by the person's word or by the clock."""

    DONE = "done"
    GIVEN_UP = "given_up"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a person. `title` is the site's; `message` says what the run has met.

    `until`: after this moment nobody waits any more. `solved` looks whether the page has moved on,
    so that a person who is too quick learns it at once; None where only the run can tell.
    """

    account: str
    title: str
    need: Need
    message: str
    run_id: str
    until: datetime
    picture: Path | None = None
    solved: Callable[[], Awaitable[bool]] | None = None


class HandOff:
    """One page that waits for one person. The first word that is said about its end counts."""

    def __init__(self, asked: Asked, live: LivePage) -> None:
        self.id = secrets.token_urlsafe(12)
        self.asked, self.live = asked, live
        self._ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()

    @property
    def ended(self) -> Ended | None:
        """How it ended; None while it goes on."""
        return self._ended.result() if self._ended.done() else None

    def end(self, how: Ended) -> None:
        """Say that it is over."""
        if not self._ended.done():
            self._ended.set_result(how)

    async def done(self) -> bool:
        """The person says that it is done. False: the page still shows what it showed."""
        if self.asked.solved is not None and not await self.asked.solved():
            return False
        self.end(Ended.DONE)
        return True

    async def end_of_it(self) -> Ended:
        """Wait for the end, however many wait."""
        return await asyncio.shield(self._ended)

    async def wait(self, seconds: float) -> Ended:
        """Wait for the person, or for the page to be closed; TOO_LATE after so many seconds."""
        gone = asyncio.ensure_future(self.live.closed.wait())
        word = asyncio.ensure_future(self.end_of_it())
        try:
            await asyncio.wait({gone, word}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            word.cancel()
        # A page that closed itself asks for nothing any more: the run looks at what came of it.
        self.end(Ended.DONE if self.live.closed.is_set() else Ended.TOO_LATE)
        return self._ended.result()


class NoPerson(Exception):
    """Nobody can be asked: the live page can't be served. The message says why."""


AskPerson = Callable[["Account", Asked, "LivePage"], Awaitable[Ended]]
"""Shows a live page to the owner and waits for the end. Raises NoPerson."""
