"""Plays `extend`: the one click that renews a line and costs nothing."""

from __future__ import annotations

from runner.flow.steps.extend import Extend
from runner.page.acts.one_click import click_for_good, forewarned, ready
from runner.page.acts.waits import until_it_holds
from runner.page.given import Till
from runner.page.last_look import nothing_ticked
from runner.page.problems import Problem, Stopped, Unexpected
from runner.page.stage import Stage

TOLD = "the site says that it is done"


async def extend(stage: Stage, args: Extend) -> str:
    """See that nothing is added, store the intent, click once, wait for the answer."""
    till = stage.till
    if till is None:
        raise Stopped("this run may not renew", "read_only")
    await forewarned(stage)
    await ready(stage, args.click)
    await stage.evidence.picture(stage.page, "confirmation", stage.covered)
    button = await ready(stage, args.click)  # a banner may have come up during the picture
    await nothing_ticked(stage, ())
    if await stage.look().holds(args.done):
        raise Unexpected("the page shows already what it should show only afterwards", "changed")
    await till.approve_free(stage.page)
    stage.committed = True
    await till.intend()
    await click_for_good(button, till, "renewing")
    return await _answer(stage, args, till)


async def _answer(stage: Stage, args: Extend, till: Till) -> str:
    """Wait for the page to say that it is done. What it doesn't say stays unknown."""
    try:
        await until_it_holds(stage, args.done, "the site's answer", args.within)
    except Problem as problem:
        await till.close("unknown", problem.message)
        raise
    except BaseException as error:
        await till.close(
            "unknown", f"the run was cut off after the renewing click ({type(error).__name__})"
        )
        raise
    await till.close("done", TOLD)
    return TOLD
