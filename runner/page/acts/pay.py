"""Plays `pay`: the one click that spends money. It is never repeated, healed or guessed."""

from __future__ import annotations

from runner.flow.steps.pay import Pay
from runner.page.acts.click import answering
from runner.page.acts.one_click import click_for_good, forewarned, ready
from runner.page.answer import Answer, CalledOff, answer_of
from runner.page.by_hand import with_help
from runner.page.given import Till
from runner.page.last_look import as_offered, last_look, price_of
from runner.page.problems import Problem, Seen, Stopped
from runner.page.stage import Stage
from runner.values.money import Money

TOLD = {
    "done": "the site took the order",
    "owed": "the site took the order, and waits for the money",
}


async def pay(stage: Stage, args: Pay) -> str:
    """Hold the price against what was agreed, store the intent, click once, wait for the answer."""
    till = stage.till
    if till is None:
        raise Stopped("this run may not pay", "read_only")
    await forewarned(stage)
    await ready(stage, args.click)
    price = price_of(stage, args.price)
    await stage.evidence.picture(stage.page, "confirmation", stage.covered)
    button = await ready(stage, args.click)  # a banner may have come up during the picture
    await last_look(stage, args, price, button)  # nobody is asked to approve what can't be paid
    await till.approve(price, stage.page)
    as_offered(stage, price)
    await last_look(stage, args, price, button)
    stage.committed = True
    await till.intend()
    async with answering(stage, args.dialog):
        await click_for_good(button, till, "paying")
        return await _answer(stage, args, till, price)


async def _answer(stage: Stage, args: Pay, till: Till, price: Money) -> str:
    """Wait for the page to tell how it ended. What it doesn't tell stays unknown."""

    async def answered() -> Answer:
        return await answer_of(stage, args, price)

    try:
        answer = await with_help(stage, answered, paying=True)
    except Seen as seen:
        result = "declined" if seen.signal == "declined" else "unknown"
        await till.close(result, seen.message)
        raise
    except CalledOff as called_off:
        await till.close(
            "declined", f"called off before the bank agreed: {called_off.problem.message}"
        )
        raise called_off.problem from None
    except Problem as problem:
        await till.close("unknown", problem.message)
        raise
    except BaseException as error:
        await till.close(
            "unknown", f"the run was cut off after the paying click ({type(error).__name__})"
        )
        raise
    if answer in ("declined", "refused"):
        condition = args.declined if answer == "declined" else args.refused
        text = await stage.look().excerpt(condition) if condition else ""
        await till.close("declined", text or "the site declined the payment")
        raise Seen("declined" if answer == "declined" else "wrong_secret", text)
    await till.close(answer, TOLD[answer])
    return TOLD[answer]
