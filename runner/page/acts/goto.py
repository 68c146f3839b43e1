"""Plays `goto`."""

from __future__ import annotations

from playwright.async_api import Error as PlaywrightError

from runner.flow.steps.goto import Goto
from runner.page.problems import Unreachable, WrongHost
from runner.page.stage import Stage


async def goto(stage: Stage, args: Goto) -> str:
    """Open an address of the flow's own hosts."""
    url = str(args.url.template.evaluate(stage.values))
    if not stage.owns(url):
        raise WrongHost(f"the flow was about to open {url}, which is not one of its own hosts")
    stage.opened = url
    try:
        await stage.page.goto(url, wait_until="commit", timeout=stage.patience * 1000)
    except PlaywrightError as error:
        reason = str(error).split("Call log")[0].strip().splitlines()[0]
        if "is interrupted by another navigation" in reason:
            return url
        raise Unreachable(f"{url} can't be reached: {reason}") from error
    return url
