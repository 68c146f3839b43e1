"""Plays the steps that are one call on one element: `press`, `select`, `check`, `hover`, `upload`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runner.flow.scalars import Ref, Text
from runner.flow.steps.check import Check
from runner.flow.steps.hover import Hover
from runner.flow.steps.press import Press
from runner.page.own import hold_own, see_own_page
from runner.page.problems import NeedsOwner
from runner.page.stage import Stage

if TYPE_CHECKING:
    from playwright.async_api import Locator


async def press(stage: Stage, args: Press) -> None:
    """Press a key, on an element or on the page."""
    if args.on is None:
        see_own_page(stage)
        await stage.page.keyboard.press(args.key)
        return

    async def attempt(box: Locator, timeout: float) -> None:
        await (await hold_own(stage, box, timeout)).press(args.key, timeout=timeout)

    await stage.on(args.on, attempt)


async def select(stage: Stage, args: dict[Ref, Text]) -> None:
    """Choose an option by its label, or by its value when no label is so."""
    for ref, text in args.items():
        wanted = str(text.template.evaluate(stage.values))

        async def attempt(box: Locator, timeout: float, wanted: str = wanted) -> None:
            element = await hold_own(stage, box, timeout)
            await element.select_option(wanted, timeout=timeout)  # a plain text is value or label

        await stage.on(ref, attempt)


async def check(stage: Stage, args: Check) -> None:
    """Put a tick, or take it away; a box that is so already is left alone."""
    await stage.on(args.on, lambda box, timeout: box.set_checked(args.to, timeout=timeout))
    if args.to:
        stage.ticked += stage.all(args.on)


async def hover(stage: Stage, args: Hover) -> None:
    """Point at an element."""
    await stage.on(args.on, lambda target, timeout: target.hover(timeout=timeout))


async def upload(stage: Stage, args: dict[Ref, Text]) -> None:
    """Hand a file of the workspace over."""
    workspace = stage.site.source.path.parent.parent
    for ref, text in args.items():
        file = (workspace / str(text.template.evaluate(stage.values))).resolve()
        if not file.is_relative_to(workspace.resolve()) or not file.is_file():
            raise NeedsOwner(f"there is no file {file.name} in the workspace to upload")

        async def attempt(box: Locator, timeout: float, file: Path = file) -> None:
            element = await hold_own(stage, box, timeout)
            await element.set_input_files(file, timeout=timeout)

        await stage.on(ref, attempt)
