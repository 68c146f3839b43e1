"""What a run gives to the stage: who decides about money, where codes come from, whom to call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from runner.values.money import Money
from runner.values.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page


class Till(Protocol):
    """Decides about money and remembers it; `page` only tells it what happens, in this order."""

    async def approve(self, price: Money, page: Page) -> None:
        """Raises Stopped when this price may not be paid now."""

    async def approve_free(self, page: Page) -> None:
        """The same for a click that costs nothing."""

    async def intend(self) -> None:
        """Stores that the click comes next. After this the click may happen."""

    async def close(self, result: str, reason: str) -> None:
        """How the click ended: `done`, `owed`, `declined`, `aborted` (never clicked) or `unknown`."""


class Codes(Protocol):
    """Where one-time codes come from. `renews`: some of them have new codes by themselves."""

    @property
    def renews(self) -> bool: ...

    async def get(
        self,
        *,
        digits: int,
        pattern: str | None,
        since: datetime,
        within: float,
        renewed: bool = False,
    ) -> Secret:
        """A code that came after `since`; `renewed`: one that the site need not send. Raises
        LookupError when there is none in time."""


CallOwner = Callable[[str, datetime, "Path | None"], Awaitable[None]]
"""Tells the owner what to do elsewhere, until when, with a picture of the page."""

StandStill = Callable[[float], AbstractAsyncContextManager[float]]
"""Has the run's deadline stand still while the owner is waited for, so many seconds; gives how many of
them there are. Raises NeedsOwner where there are none."""
