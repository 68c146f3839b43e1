"""Plays `wait_for` and `expect`."""

from __future__ import annotations

from runner.flow.conditions import Condition
from runner.flow.scalars import Wait
from runner.flow.steps.expect import Expect
from runner.flow.steps.wait_for import WaitFor
from runner.page.patience import NotYet
from runner.page.problems import Missing, Unexpected
from runner.page.stage import Stage


async def wait_for(stage: Stage, args: WaitFor) -> None:
    """Wait until the page shows it."""
    await until_it_holds(stage, args, describe(args), args.within)


async def expect(stage: Stage, args: Expect) -> None:
    """Go on only if it holds; else end as the step says."""
    what = args.message or f"expected: {describe(args)}"
    if args.that is not None and not args.that.expression.evaluate(stage.values):
        raise Unexpected(what, args.else_)
    try:
        await until_it_holds(stage, args, what, args.within)
    except Missing:
        raise Unexpected(what, args.else_) from None


async def until_it_holds(stage: Stage, condition: Condition, what: str, within: Wait) -> None:
    """Wait until the page shows it. Raises Missing, which calls it `what`."""

    async def attempt(_: float) -> None:
        if not await stage.look().holds(condition):
            raise NotYet

    await stage.until(attempt, what, patience=within.seconds, only_looks=True)


def describe(condition: Condition) -> str:
    """A condition in short, for messages: `visible: usage`."""
    parts = [
        f"{name}: {value}"
        for name in ("visible", "hidden", "text", "title", "url")
        if (value := getattr(condition, name)) is not None
    ]
    if condition.any is not None:
        parts.append("any of " + "; ".join(describe(option) for option in condition.any))
    if condition.not_ is not None:
        parts.append(f"not {describe(condition.not_)}")
    return ", ".join(parts)
