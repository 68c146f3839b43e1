"""Looking at a page: whether a condition holds, which signal it shows, which interrupt has come up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

from runner.flow.conditions import Condition, Sign
from runner.flow.model import Interrupt, Signal
from runner.flow.scalars import Pattern, Ref
from runner.flow.selectors import Selectors
from runner.page.locate import candidates
from runner.page.problems import Seen
from runner.values.context import ReadAs
from runner.values.errors import Unreadable
from runner.values.read import read

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page

_SHOWN_TEXT = "() => document.body ? document.body.innerText : ''"


class Look:
    """One look at a page. What it shows is read once, however many conditions ask."""

    def __init__(self, page: Page | Frame, selectors: Selectors, values: Mapping[str, Any]) -> None:
        self._page, self._selectors, self._values = page, selectors, values
        self._text: asyncio.Task[str] | None = None

    async def holds(self, condition: Condition) -> bool:
        """Whether all that a condition asks for is so at this moment."""
        page = self._page
        if condition.url is not None and not condition.url.regex.search(page.url):
            return False
        if condition.visible is not None and not await self.sees(condition.visible):
            return False
        if condition.hidden is not None and await self.sees(condition.hidden):
            return False
        if condition.title is not None and not await self._in(condition.title, page.title()):
            return False
        if condition.text is not None and not condition.text.regex.search(await self.text()):
            return False
        if condition.not_ is not None and await self.holds(condition.not_):
            return False
        if condition.any is None:
            return True
        return any([await self.holds(option) for option in condition.any])

    async def sees(self, ref: Ref) -> bool:
        """Whether an element can be seen."""
        for locator in candidates(self._page, self._selectors, ref, self._values):
            try:
                if await locator.filter(visible=True).count():
                    return True
            except PlaywrightError:  # the page is being replaced: it shows nothing yet
                return False
        return False

    async def text(self) -> str:
        """The text that the page shows."""
        if self._text is None:
            self._text = asyncio.ensure_future(self._shown())
        return await self._text

    async def excerpt(self, condition: Condition) -> str:
        """The line of the page's text that a condition found, for messages."""
        patterns = [one.text for one in (condition, *(condition.any or ())) if one.text]
        lines = [line.strip() for line in (await self.text()).splitlines()] if patterns else []
        found = (line for pattern in patterns for line in lines if pattern.regex.search(line))
        return next(found, "")[:120]

    async def signal(
        self, signals: Mapping[Signal, Condition], *, but: frozenset[str]
    ) -> Signal | None:
        """The first signal that holds, in the flow's order; `but` are not looked for."""
        names = [name for name in signals if name not in but]
        held = await asyncio.gather(*(self.holds(signals[name]) for name in names))
        return next((name for name, holds in zip(names, held, strict=True) if holds), None)

    async def seen(self, signal: Signal, sign: Sign, how: ReadAs) -> Seen:
        """What a signal tells of the page, in the page's own words."""
        return Seen(signal, await self.excerpt(sign), await self._until(sign, how))

    async def interrupt(self, interrupts: list[Interrupt]) -> int | None:
        """The position of the first interrupt that has come up."""
        held = await asyncio.gather(*(self.holds(interrupt.when) for interrupt in interrupts))
        return next((number for number, holds in enumerate(held) if holds), None)

    async def _until(self, sign: Sign, how: ReadAs) -> datetime | None:
        """Until when the page says that it will be so; None where it does not say it for certain."""
        found = sign.until.regex.search(await self.text()) if sign.until else None
        if found is None or found[1] is None:
            return None
        try:
            until: datetime = read("datetime", found[1], how)
        except Unreadable:
            return None
        return until

    async def _shown(self) -> str:
        try:
            text: str = await self._page.evaluate(_SHOWN_TEXT)
        except PlaywrightError:  # the page is being replaced
            return ""
        return text

    @staticmethod
    async def _in(pattern: Pattern, coming: Any) -> bool:
        try:
            return bool(pattern.regex.search(await coming))
        except PlaywrightError:
            return False
