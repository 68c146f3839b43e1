"""Plays `wait_for_owner`."""

from __future__ import annotations

from datetime import timedelta

from playwright.async_api import Error as PlaywrightError

from runner.flow.steps.wait_for_owner import WaitForOwner
from runner.page.patience import NotYet
from runner.page.problems import Missing, NeedsOwner
from runner.page.stage import Stage

_DOCUMENT = """() => document.readyState === 'loading' ? null : String(performance.timeOrigin)"""


async def wait_for_owner(stage: Stage, args: WaitForOwner) -> None:
    """Tell the owner, then wait for the page, while the run's own deadline stands still. The page's
    signals end the wait by their names.

    An interrupt that is dealt with meanwhile may change what they are to do, as a fresh code does:
    they are told again, and have their time again.
    """
    done = False
    while not done:
        told = stage.interrupts.count
        async with stage.stand_still(args.within.seconds) as seconds:
            await _tell(stage, args, seconds)
            try:
                done = await _done(stage, args, told, seconds)
            except Missing:
                raise NeedsOwner(
                    f"{args.tell} Nobody did within {seconds:g} s.",
                    hint="run it again when you can, or give more time: `within` in the flow",
                ) from None


async def _tell(stage: Stage, args: WaitForOwner, seconds: float) -> None:
    if stage.call_owner is None:
        return
    picture = await stage.evidence.picture(stage.page, "asked", stage.covered)
    await stage.call_owner(
        args.tell,
        stage.clock() + timedelta(seconds=seconds),
        stage.evidence.folder / picture if picture else None,
    )


async def _done(stage: Stage, args: WaitForOwner, told: int, seconds: float) -> bool:
    """Whether the page has moved on, and not only another interrupt came up since the owner was told."""

    async def attempt(_: float) -> bool:
        if await _moved_on(stage, args):
            return True
        if stage.interrupts.count == told:
            raise NotYet
        return False

    return await stage.until(attempt, args.tell, patience=seconds, only_looks=True)


async def _moved_on(stage: Stage, args: WaitForOwner) -> bool:
    """Whether a whole page shows it: one that reloads itself shows nothing for a moment, and so not what
    the owner is still to do.
    """
    if not await stage.look().holds(args.until):
        return False
    document = await _document(stage)
    return (
        document is not None
        and await stage.look().holds(args.until)
        and await _document(stage) == document
    )


async def _document(stage: Stage) -> str | None:
    """Which document the page shows now; None while it is being replaced."""
    frame = stage.ground or stage.page.main_frame
    try:
        found: str | None = await frame.evaluate(_DOCUMENT)
    except PlaywrightError:
        return "gone" if frame.is_detached() or frame.page.is_closed() else None
    return found
