"""Taking texts from a source, as a run does."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import datetime, timedelta

from runner.challenge.codes import Asked, Source


def first(source: Source, since: datetime, count: int = 1, digits: int = 6) -> list[str | None]:
    """The first texts that a source gives."""
    return asyncio.run(take(source, since, count, digits))


async def take(source: Source, since: datetime, count: int, digits: int = 6) -> list[str | None]:
    found: list[str | None] = []
    async with asyncio.timeout(20):
        async with aclosing(source.texts(Asked(digits, since, since + timedelta(minutes=2)))) as it:
            async for text in it:
                found.append(text)
                if len(found) == count:
                    break
    return found


async def next_text(source: Source, since: datetime) -> str:
    """The next text that is one."""
    async with asyncio.timeout(20):
        async with aclosing(source.texts(Asked(6, since, since + timedelta(minutes=2)))) as it:
            async for text in it:
                if text is not None:
                    return text
    raise AssertionError("it ended without a text")
