"""Plays `screenshot`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.flow.steps.screenshot import Screenshot
from runner.page.stage import Stage
from runner.page.watch import settle

if TYPE_CHECKING:
    from playwright.async_api import Locator


async def screenshot(stage: Stage, args: Screenshot) -> str | None:
    """Keep a picture of the page, or of one element of it."""
    if args.of is None:
        await settle(stage)
        return await stage.evidence.picture(stage.page, args.name, stage.covered)

    async def attempt(element: Locator, timeout: float) -> str | None:
        await element.wait_for(timeout=timeout)
        return await stage.evidence.picture(stage.page, args.name, stage.covered, element)

    return await stage.on(args.of, attempt)
