"""Plays `click`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from playwright.async_api import TimeoutError as PlaywrightTimeout

from runner.flow.scalars import Ref
from runner.flow.steps.click import Click
from runner.page.problems import Missing
from runner.page.stage import Stage

if TYPE_CHECKING:
    from playwright.async_api import Dialog, Locator

WAS_MADE = "performing click action"
"""Stands in Playwright's call log from the moment at which the page may have received the click."""
BLOCKED = "intercepts pointer events"
"""Follows where the pointer met another element: Playwright kept the click from the page."""


async def click(stage: Stage, args: Click) -> None:
    """Click once; where a new tab is to open, go on in it."""
    async with answering(stage, args.dialog):
        if args.opens == "tab":
            await _into_new_tab(stage, args.on)
        else:
            await stage.on(args.on, click_once)


async def click_once(locator: Locator, timeout: float) -> None:
    """Click; a click that was made but whose end was not seen in time is not repeated.

    It has as much time again as what it waits for: begun in the last moment of a wait, it would be cut
    off half-way, and pass for made.
    """
    await locator.wait_for(timeout=timeout)
    try:
        await locator.click(timeout=timeout)
    except PlaywrightTimeout as error:
        if not reached(str(error)):
            raise


def reached(log: str) -> bool:
    """Whether the page may have received a click that failed, by Playwright's log of it."""
    _, made, after = log.rpartition(WAS_MADE)
    return bool(made) and BLOCKED not in after


@asynccontextmanager
async def answering(stage: Stage, answer: str | None) -> AsyncIterator[None]:
    """Answer the browser's own dialogs meanwhile; left alone they are dismissed."""
    if answer is None:
        yield
        return

    async def on_dialog(dialog: Dialog) -> None:
        await (dialog.accept() if answer == "accept" else dialog.dismiss())

    page = stage.page
    page.on("dialog", on_dialog)
    try:
        yield
    finally:
        page.remove_listener("dialog", on_dialog)


async def _into_new_tab(stage: Stage, ref: Ref) -> None:
    try:
        async with stage.page.expect_popup(timeout=stage.patience * 1000) as opened:
            await stage.on(ref, click_once)
        page = await opened.value
    except PlaywrightTimeout:
        raise Missing(f"no new tab opened after the click on `{ref}`") from None
    stage.traffic.attach(page)
    stage.tabs.append(stage.page)
    stage.page = page
