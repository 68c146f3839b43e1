"""Plays `one_time_code`."""

from __future__ import annotations

import asyncio
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING

from runner.flow.steps.one_time_code import OneTimeCode
from runner.page.own import cover, hold_own, see_own_page, type_secret
from runner.page.patience import NotYet
from runner.page.problems import NeedsOwner
from runner.page.stage import Stage
from runner.page.watch import watch

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from runner.values.secret import Secret

LOOKING = 0.5
"""Seconds between two looks at the page while a code is waited for."""


async def one_time_code(stage: Stage, args: OneTimeCode) -> str:
    """Get a code and type it: into one box, or one digit into each of several."""
    see_own_page(stage)
    stage.tries.asked = args

    async def fitting(timeout: float) -> int:
        boxes, number = await _boxes(stage, args)
        await hold_own(stage, boxes.first, timeout)
        await _see_room(boxes, number, args.digits)
        return number

    await stage.until(fitting, f"`{args.into}`")  # nobody is asked for a code that has no place
    async with stage.stand_still(args.within.seconds) as seconds:
        code = unicodedata.normalize("NFKC", (await _code(stage, args, seconds)).reveal())
    if len(code) != args.digits:
        raise NeedsOwner(f"the code has {len(code)} signs; this page takes {args.digits}")
    cover(stage, code)

    async def typing(timeout: float) -> int:
        boxes, number = await _boxes(stage, args)
        await _see_room(boxes, number, args.digits)
        if number == 1:
            await type_secret(stage, boxes, code, timeout)
        else:
            for position, digit in enumerate(code):
                await type_secret(stage, boxes.nth(position), digit, timeout)
        return number

    number = await stage.until(typing, f"`{args.into}`")
    return f"typed into {number} box{'es' if number > 1 else ''}"


async def _code(stage: Stage, args: OneTimeCode, seconds: float) -> Secret:
    """The code. Meanwhile the page is watched: it may move on, or tell that it does not."""
    renewed, stage.tries.renewed = stage.tries.renewed, False
    asking = asyncio.ensure_future(
        stage.codes.get(
            digits=args.digits,
            pattern=str(args.pattern)[1:-1] if args.pattern and args.pattern.is_regex else None,
            since=stage.tries.since or stage.since,
            within=seconds,
            renewed=renewed,
        )
    )
    try:
        while not (await asyncio.wait({asking}, timeout=LOOKING))[0]:
            await watch(stage)
        return asking.result()
    except LookupError as error:
        raise NeedsOwner(f"the site asks for a code: {error}") from None
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError, LookupError):
            await asking


async def _boxes(stage: Stage, args: OneTimeCode) -> tuple[Locator, int]:
    for boxes in stage.all(args.into):
        if number := await boxes.count():
            return boxes, number
    raise NotYet("no box for the code yet")


async def _see_room(boxes: Locator, number: int, digits: int) -> None:
    """See that a code has its place: all of it in one box, or a box for each digit."""
    if number not in (1, digits):
        raise NeedsOwner(f"the page has {number} boxes for a code of {digits} digits")
    if number == 1:
        most = await boxes.get_attribute("maxlength") or ""
        if most.isdecimal() and 0 < int(most) < digits:
            raise NeedsOwner(f"the page's box takes {most} signs; the code has {digits}")
