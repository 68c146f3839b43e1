"""Plays `close_tab`."""

from __future__ import annotations

from runner.page.problems import Unexpected
from runner.page.stage import Stage


async def close_tab(stage: Stage, _: str) -> None:
    """Close the newest tab and go on in the one before."""
    if not stage.tabs:
        raise Unexpected("there is no other tab to go back to", "failed")
    await stage.page.close()
    stage.page = stage.tabs.pop()
