"""When the site refuses a one-time code: one more is asked for, once in a run, and then no more.

Codes that are refused again and again lock accounts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from loguru import logger

from runner.flow.base import Step
from runner.page.problems import Missing, Seen

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from runner.flow.steps.one_time_code import OneTimeCode
    from runner.page.stage import Stage

CLEARING = 3.0
"""Seconds that a page has to take its refusal away, after it was asked for another code."""
_PAUSE = 0.05


@dataclass
class Tries:
    """Codes in one run. `since`: when another one was asked for; older ones are void from then on.

    `renewed`: the next one has to come from a source that has new codes by itself. `muted`: the
    page still tells of the refusal that is being seen to.
    """

    asked: OneTimeCode | None = None
    since: datetime | None = None
    spent: bool = False
    renewed: bool = False
    muted: bool = False


async def another_code(stage: Stage, seen: Seen) -> bool:
    """Whether the page was asked for another code, so that the steps may be played again."""
    tries = stage.tries
    asked = tries.asked
    if seen.signal != "wrong_code" or asked is None or tries.spent:
        return False
    if asked.resend is None and not stage.codes.renews:
        return False
    tries.spent, tries.muted = True, True
    logger.info("{}: the code was refused; another one is asked for", stage.site.flow.flow)
    if asked.resend is None:
        tries.renewed, tries.since = True, None
        return True
    since = stage.clock()
    try:
        await stage.on(asked.resend, _click)
    except Missing:
        tries.muted = False
        return False
    tries.renewed, tries.since = False, since
    await _cleared(stage)
    return True


def where_asked(steps: Sequence[Step]) -> int | None:
    """From which step on these are played again with another code; None where that can't be.

    What spends money is played once, whatever comes.
    """
    first = max((n for n, step in enumerate(steps) if _any(step, "one_time_code")), default=None)
    if first is None or any(_spends(step) for step in steps[first:]):
        return None
    return first


async def _cleared(stage: Stage) -> None:
    """Wait for a moment until the page tells of the refusal no more; some pages never do."""
    end = asyncio.get_running_loop().time() + CLEARING
    condition = stage.site.flow.signals["wrong_code"]
    while asyncio.get_running_loop().time() < end:
        if not await stage.look().holds(condition):
            stage.tries.muted = False
            return
        await asyncio.sleep(_PAUSE)


async def _click(button: Locator, timeout: float) -> None:
    await button.click(timeout=timeout)


def _any(step: Step, kind: str) -> bool:
    return step.kind == kind or any(_any(one, kind) for one in _inside(step))


def _spends(step: Step) -> bool:
    return step.kind in ("pay", "extend") or any(_spends(one) for one in _inside(step))


def _inside(step: Any) -> Iterable[Step]:
    return (one for _, steps in step.parts() for one in steps)
