"""Plays `fill`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.flow.scalars import Ref, Text
from runner.page.problems import NeedsOwner, WrongHost
from runner.page.stage import NotYet, Stage
from runner.values.secret import Secret

if TYPE_CHECKING:
    from playwright.async_api import Locator


async def fill(stage: Stage, args: dict[Ref, Text]) -> None:
    """Type into each box in turn."""
    for ref, text in args.items():
        value = text.template.evaluate(stage.values)
        if value is None:
            raise NeedsOwner(f"there is no value for `{ref}`: {text} is empty")
        if isinstance(value, Secret):
            await fill_secret(stage, ref, value)
        else:
            plain = str(value)
            await stage.on(ref, lambda box, timeout, plain=plain: box.fill(plain, timeout=timeout))  # type: ignore[misc]


async def fill_secret(stage: Stage, ref: Ref, secret: Secret) -> None:
    """Type a secret into one box, after seeing whose page the box is part of."""

    async def attempt(box: Locator, timeout: float) -> None:
        await type_secret(stage, box, secret.reveal(), timeout)

    await stage.on(ref, attempt)


async def type_secret(stage: Stage, box: Locator, text: str, timeout: float) -> None:
    """Type a secret into a box; raises WrongHost unless every frame around it is the flow's own.

    The box is held by its element: should the page change hands in between, typing fails.
    """
    element = await box.element_handle(timeout=timeout)
    frame = await element.owner_frame()
    if frame is None:
        raise NotYet("the box has left the page")
    while frame is not None:
        if not stage.owns(frame.url):
            raise WrongHost(
                f"a secret was about to be typed on {frame.url.split('?', 1)[0]}, "
                "which is not one of the flow's own hosts over HTTPS; nothing was typed",
                hint="if this address is the provider's, add it to the flow's `hosts`",
            )
        frame = frame.parent_frame
    stage.covered.append(box)
    await element.fill(text, timeout=timeout)
