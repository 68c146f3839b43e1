"""Plays `one_time_code`."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from runner.flow.steps.one_time_code import OneTimeCode
from runner.page.own import cover, see_own_page, type_secret
from runner.page.problems import NeedsOwner
from runner.page.stage import NotYet, Stage

if TYPE_CHECKING:
    from playwright.async_api import Locator


async def one_time_code(stage: Stage, args: OneTimeCode) -> str:
    """Get a code and type it: into one box, or one digit into each of several."""
    see_own_page(stage)
    try:
        secret = await stage.codes.get(
            digits=args.digits,
            pattern=str(args.pattern)[1:-1] if args.pattern and args.pattern.is_regex else None,
            since=stage.since,
            within=args.within.seconds,
        )
    except LookupError as error:
        raise NeedsOwner(f"the site asks for a code: {error}") from None
    code = unicodedata.normalize("NFKC", secret.reveal())
    if len(code) != args.digits:
        raise NeedsOwner(f"the code has {len(code)} signs; this page takes {args.digits}")
    cover(stage, code)

    async def attempt(timeout: float) -> int:
        for boxes in stage.all(args.into):
            if number := await boxes.count():
                await _type(stage, boxes, number, code, timeout)
                return number
        raise NotYet("no box for the code yet")

    boxes = await stage.until(attempt, f"`{args.into}`")
    return f"typed into {boxes} box{'es' if boxes > 1 else ''}"


async def _type(stage: Stage, boxes: Locator, number: int, code: str, timeout: float) -> None:
    if number == 1:
        await type_secret(stage, boxes, code, timeout)
    elif number == len(code):
        for position, digit in enumerate(code):
            await type_secret(stage, boxes.nth(position), digit, timeout)
    else:
        raise NeedsOwner(f"the page has {number} boxes for a code of {len(code)} digits")
