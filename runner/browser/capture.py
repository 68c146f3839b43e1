"""Pictures of pages from a browser that now and then refuses one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from playwright.async_api import Error as PlaywrightError

_REFUSED = "Unable to capture screenshot"
_PAUSES = (0.25, 1.0)
"""Seconds before it is asked for again."""


async def capture(take: Callable[[], Awaitable[bytes]]) -> bytes:
    """The picture that `take` gives. Chromium refuses one at times, mostly its first after a cold
    start, and takes the same one a moment later (MarketSquare/robotframework-browser, issue 5237).

    Raises Playwright's Error, at once for any other reason.
    """
    for pause in _PAUSES:
        try:
            return await take()
        except PlaywrightError as error:
            if _REFUSED not in error.message:
                raise
        await asyncio.sleep(pause)
    return await take()
