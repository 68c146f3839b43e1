"""The one click of a renewal: on the button that was looked at, made once, never repeated or healed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

from runner.flow.scalars import Ref
from runner.page.acts.click import reached
from runner.page.given import Till
from runner.page.patience import DEAD, NotYet, why_not
from runner.page.problems import Gone, Missing, NotClicked
from runner.page.stage import Stage
from runner.page.watch import settle

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle

CLICKING = 3000
"""Milliseconds for a click on a button that was ready a moment ago."""
LATE = 3.0
"""Seconds that an interrupt is waited for which came up at the click before: pages have their timers."""


async def forewarned(stage: Stage) -> None:
    """Where an interrupt came up at the click before, let it come up again now, and deal with it."""
    before = stage.interrupts.count

    async def attempt(_: float) -> None:
        if stage.interrupts.count == before:
            raise NotYet

    if stage.forewarned:
        with suppress(Missing):
            await stage.until(attempt, "what came up at the click before", patience=LATE)


async def ready(stage: Stage, ref: Ref) -> ElementHandle:
    """The one button that is meant: its first candidate only, ready to be clicked, not yet clicked.

    It is held by its element, so that what was looked at is what is clicked, or nothing is.
    """
    await settle(stage)

    async def attempt(timeout: float) -> ElementHandle:
        button = await stage.all(ref)[0].element_handle(timeout=timeout)
        await button.click(trial=True, timeout=timeout)
        return button

    return await stage.until(attempt, f"`{ref}`")


async def click_for_good(button: ElementHandle, till: Till, kind: str) -> None:
    """Click once; `kind` says what the click does: `paying`. Only a click that provably never reached
    the page counts as not made.
    """
    try:
        await button.click(timeout=CLICKING)
    except PlaywrightError as error:
        log = str(error)
        if reached(log):
            return  # it may have reached the page: the answer will tell
        if any(sign in log for sign in DEAD):
            await till.close("unknown", f"the browser ended at the moment of the {kind} click")
            raise Gone(f"the browser ended at the moment of the {kind} click") from error
        why = why_not(log) or ": it had left the page"
        await till.close("aborted", f"the {kind} button could not be clicked{why}")
        raise NotClicked(
            f"the {kind} button could not be clicked{why}; nothing was sent"
        ) from error
    except BaseException as error:
        await till.close(
            "unknown", f"the run was cut off during the {kind} click ({type(error).__name__})"
        )
        raise
