"""Plays `wait_for_owner`."""

from __future__ import annotations

from datetime import timedelta

from runner.flow.steps.wait_for_owner import WaitForOwner
from runner.page.acts.waits import holding
from runner.page.problems import Missing, NeedsOwner
from runner.page.stage import Stage


async def wait_for_owner(stage: Stage, args: WaitForOwner) -> None:
    """Tell the owner, then wait for the page. Its signals end the wait by their names."""
    if stage.call_owner is not None:
        picture = await stage.evidence.picture(stage.page, "asked", stage.covered)
        await stage.call_owner(
            args.tell,
            stage.clock() + timedelta(seconds=args.within.seconds),
            stage.evidence.folder / picture if picture else None,
        )
    try:
        await stage.until(holding(stage, args.until), args.tell, patience=args.within.seconds)
    except Missing:
        raise NeedsOwner(
            f"{args.tell} Nobody did within {args.within.seconds:g} s.",
            hint="run it again when you can, or give more time: `within` in the flow",
        ) from None
