"""Whether what can't be read is missing because the session has ended.

A page may come while its owner is still signed in, and its figures not any more. Such a page says
nothing, and waiting for it is in vain. So, before a run gives up reading, the address that it has opened
last is opened once more, in a tab beside: who is not signed in any more is asked to sign in there.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from runner.browser.tabs import origin_of, read_tab, write_tab
from runner.page.look import Look
from runner.page.problems import Missing, Problem, Seen, Unexpected, Unread

if TYPE_CHECKING:
    from playwright.async_api import Page

    from runner.page.stage import Stage

LONGEST = 10.0
"""Seconds for the look beside; a page that has told nothing by then tells nothing."""
_RESTING = 3000
"""Milliseconds in which a page that shows its owner as signed in may still find out that they are not."""
_PAUSE = 0.1
_READING = ("read", "history")


async def session_ended(stage: Stage, problem: Problem) -> bool:
    """Whether this problem is that the session has ended, and the run may sign in anew.

    Never so after the paying click. In an order, only the page itself and its requests are asked.
    """
    if stage.committed or not stage.may_sign_in:
        return False
    if problem.signed_out is None:
        problem.signed_out = (
            _lacks(stage, problem) and told(stage, problem)
        ) or await _told_beside(stage, problem)
    return problem.signed_out


def told(stage: Stage, problem: Problem) -> bool:
    """Whether the page said that the session has ended, or lacks what the site would not send it: some
    pages stay as they are, and only their requests are told (HTTP 401)."""
    if isinstance(problem, Seen):
        return problem.signal == "signed_out"
    return any(stage.owns(url) for url in stage.traffic.unauthorized)


def _lacks(stage: Stage, problem: Problem) -> bool:
    """Whether this is what becomes of a page whose visitor is not signed in any more."""
    if isinstance(problem, Unexpected):
        return stage.phase in _READING and problem.ends_as() == "changed"
    return isinstance(problem, Seen | Missing | Unread)


async def _told_beside(stage: Stage, problem: Problem) -> bool:
    """Whether the address that reading has opened last asks to sign in by now."""
    if stage.phase not in _READING or stage.opened is None or isinstance(problem, Seen):
        return False
    if not _lacks(stage, problem) or "signed_out" not in stage.home.flow.signals:
        return False
    try:
        async with asyncio.timeout(LONGEST):
            kept = await read_tab(stage.page, {origin_of(stage.page.url)})
            tab = await stage.page.context.new_page()
            try:
                await write_tab(tab, kept)
                await tab.goto(stage.opened, wait_until="commit")
                return await _asks_to_sign_in(stage, tab)
            finally:
                with suppress(PlaywrightError):
                    await tab.close()
    except (PlaywrightError, TimeoutError):
        return False


async def _asks_to_sign_in(stage: Stage, tab: Page) -> bool:
    """Wait for the first of the flow's own signs, and believe the good one only of a page at rest."""
    signals, selectors = stage.home.flow.signals, stage.home.selectors
    signed_in, rested = signals.get("signed_in"), False
    while True:
        look = Look(tab, selectors, stage.values)
        if await look.holds(signals["signed_out"]):
            return True
        if rested:
            return False
        if signed_in is not None and await look.holds(signed_in):
            with suppress(PlaywrightTimeout):
                await tab.wait_for_load_state("networkidle", timeout=_RESTING)
            rested = True
        else:
            await asyncio.sleep(_PAUSE)
