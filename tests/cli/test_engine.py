"""Which browsers a worker keeps. That they are used again is in tests/e2e."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any, cast

from runner.cli.engine import MOST_BROWSERS, Engine


class Browser:
    """In place of a real one."""

    open = True

    async def close(self) -> None:
        self.open = False


def test_of_many_kinds_of_browser_those_used_last_are_kept() -> None:
    browsers = [Browser() for _ in range(MOST_BROWSERS + 2)]

    async def go() -> None:
        async with AsyncExitStack() as stack:
            engine = Engine(asyncio.get_running_loop().create_future(), stack, stays=True)
            engine._browsers = cast(dict[Any, Any], dict(enumerate(browsers)))
            await engine.tidy()

    asyncio.run(go())
    assert [one.open for one in browsers] == [False, False] + [True] * MOST_BROWSERS
