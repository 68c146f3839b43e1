"""Watching a page while a step waits: what ends the wait at once, and what has come in between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

from runner.page.interrupts import Up
from runner.page.look import Look
from runner.page.patience import NotYet, SignedIn, drop
from runner.page.problems import Problem, Seen, Unreachable
from runner.values.errors import Unreadable

if TYPE_CHECKING:
    from runner.page.stage import Stage

FIRST_LOOK = 0.25
"""Seconds after which a waiting step looks at the page; quick steps never pay for it."""


async def watch(stage: Stage) -> Up | None:
    """Look once: raises Seen or Unreachable (or SignedIn), or tells which interrupt is up.

    In a bank's frame, what lies over the shop's page around it is in the way, too.
    """
    look, site, flow = stage.look(), stage.site, stage.site.flow
    stage.looked_at = asyncio.get_running_loop().time()
    usual = {"signed_in"} | ({"signed_out"} if stage.phase == "login" else set())
    signal = await look.signal(flow.signals, but=frozenset(usual))
    if stage.tries.muted and signal == "wrong_code":  # the one that is seen to already
        signal = await look.signal(flow.signals, but=frozenset({*usual, "wrong_code"}))
    else:
        stage.tries.muted = False
    if signal is not None:
        raise await look.seen(signal, flow.signals[signal], stage.how)
    if up := await stage.interrupts.come_up(site, look):
        return up
    if around := stage.around:
        shop, values = around
        if up := await stage.interrupts.come_up(shop, Look(stage.page, shop.selectors, values)):
            return up
    if stage.phase == "login" and not stage.interrupts.under_way and await stage.signed_in(look):
        raise SignedIn
    stage.traffic.raise_if_down(stage.page)
    return None


async def settle(stage: Stage) -> bool:
    """Deal with whatever has come up, until nothing is in the way; gives whether anything had."""
    had_come = False
    while (interrupt := await watch(stage)) is not None:
        await stage.interrupts.deal_with(interrupt)
        had_come = True
    return had_come


async def watch_over(
    stage: Stage, task: asyncio.Task[Any], started: float, deadline: float
) -> tuple[Up | None, Problem | SignedIn | None]:
    """Look at the page now and then while an attempt is under way, and when one has failed.

    Attempts that fail at once are many: the page is not looked at after each of them.
    """
    pause = 0.02 if stage.eager else FIRST_LOOK
    while not (await asyncio.wait({task}, timeout=pause))[0]:
        pause = 0.08 if stage.eager else FIRST_LOOK
        looking = asyncio.ensure_future(watch(stage))
        try:
            await asyncio.wait({task, looking}, return_when=asyncio.FIRST_COMPLETED)
            if not looking.done() and task.exception() is None:
                break  # what was waited for has come first: nobody asks what else there is
            interrupt = await looking
        except (Seen, Unreachable, SignedIn) as problem:
            await _end(stage, task)
            return None, problem
        finally:
            await drop(looking)
        if interrupt is not None:
            await _end(stage, task)
            return interrupt, None
    if not isinstance(task.exception(), PlaywrightError | NotYet | Unreadable):
        return None, None
    now = asyncio.get_running_loop().time()
    if (
        now - max(stage.looked_at, started) < (0.02 if stage.eager else FIRST_LOOK)
        and now < deadline
    ):
        return None, None
    try:
        return await watch(stage), None
    except (Seen, Unreachable, SignedIn) as problem:
        return None, problem


async def _end(stage: Stage, task: asyncio.Task[Any]) -> None:
    """Wait until an attempt has ended. One that still looks for its element is cut short."""
    if stage.seeking:
        task.cancel()
    await asyncio.wait({task})
