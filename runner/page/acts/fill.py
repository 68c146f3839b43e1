"""Plays `fill`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.flow.scalars import Ref, Text
from runner.page.own import hold_own, type_secret
from runner.page.problems import NeedsOwner
from runner.page.stage import Stage
from runner.values.secret import Secret

if TYPE_CHECKING:
    from playwright.async_api import Locator


async def fill(stage: Stage, args: dict[Ref, Text]) -> None:
    """Type into each box in turn, on the account's own hosts alone."""
    for ref, text in args.items():
        value = text.template.evaluate(stage.values)
        if value is None:
            raise NeedsOwner(f"there is no value for `{ref}`: {text} is empty")

        async def attempt(box: Locator, timeout: float, value: object = value) -> None:
            if isinstance(value, Secret):
                await type_secret(stage, box, value.reveal(), timeout)
            else:
                await (await hold_own(stage, box, timeout)).fill(str(value), timeout=timeout)

        await stage.on(ref, attempt)
