"""Between the paying click and its answer: looking for it, and going through what a bank asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from loguru import logger

from runner.flow.conditions import Condition
from runner.flow.library import Site
from runner.flow.steps.pay import Pay
from runner.page.by_hand import helped
from runner.page.interrupts import Up
from runner.page.look import Look
from runner.page.patience import NotYet
from runner.page.problems import Gone, Missing, NeedsOwner, Problem, Seen
from runner.page.stage import Stage
from runner.values.money import Money

if TYPE_CHECKING:
    from playwright.async_api import Frame

Answer = Literal["done", "owed", "declined", "refused"]
WAITED_FOR = "the site's answer"
CALL_OFF = "call_off"
"""The part of a bank's flow that stops a payment which can't be completed."""


class Asked(Exception):
    """A bank's page has come up in `frame`: it wants interrupt `number` of `site`, or tells a problem."""

    def __init__(self, site: Site, frame: Frame, found: int | Seen) -> None:
        super().__init__(site.flow.flow, found)
        self.site, self.frame, self.found = site, frame, found


class CalledOff(Exception):
    """A payment that could not be completed was called off at the bank: nothing was paid."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


async def answer_of(stage: Stage, args: Pay, price: Money) -> Answer:
    """Wait for the page to tell how the payment ended, and do what banks ask meanwhile.

    `price` is what a bank's steps may hold against the amount that the bank shows. Raises Seen for
    a refusal, CalledOff for what was stopped in good order, and every Problem that leaves the end
    unknown.
    """

    async def attempt(_: float) -> Answer:
        if (answer := await _said(stage, args)) is None:
            await _at_a_bank(stage, args)
            raise NotYet
        return answer

    while True:
        try:
            return await stage.until(
                attempt, WAITED_FOR, patience=args.within.seconds, only_looks=True
            )
        except Asked as asked:
            logger.info("paying: {} wants something", asked.site.flow.title)
            try:
                await _do(stage, asked, price)
            except Problem as problem:
                if isinstance(problem, Missing | Gone) and _has_left(stage, asked):
                    continue
                if isinstance(problem, Gone):
                    raise
                if isinstance(problem, Seen) and problem.signal == "declined":
                    raise
                if await _solved_by_hand(stage, problem):
                    continue
                answer = await _call_off(stage, args, asked)
                if answer is None:
                    raise
                if answer in ("declined", "refused"):
                    raise CalledOff(problem) from problem
                return answer


async def _do(stage: Stage, asked: Asked, price: Money) -> None:
    """Do what the bank wants. Raises every Problem of its own steps, and what its page tells."""
    if isinstance(asked.found, Seen):
        raise asked.found
    with stage.visit(asked.site, asked.frame, {"payment": {"price": price}}):
        await stage.interrupts.deal_with(Up(asked.site, asked.found))


def _has_left(stage: Stage, asked: Asked) -> bool:
    """Whether a bank's page has gone by itself, as when its owner agreed elsewhere: what came of it is
    for the shop's page to tell.
    """
    frame = asked.frame
    if frame.is_detached() or frame.page.is_closed():
        return not stage.page.is_closed()
    return not asked.site.flow.owns(frame.url)


async def _solved_by_hand(stage: Stage, problem: Problem) -> bool:
    """Whether a person has done what the bank wants; it is called off only where they have not."""
    try:
        return await helped(stage, problem, paying=True)
    except NeedsOwner:
        return False


async def _said(stage: Stage, args: Pay) -> Answer | None:
    """What the shop's page says of the payment at this moment."""
    look = stage.look()
    ends: tuple[tuple[Answer, Condition | None], ...] = (
        ("done", args.done),
        ("owed", args.owed),
        ("refused", args.refused),
        ("declined", args.declined),
    )
    for answer, condition in ends:
        if condition is not None and await look.holds(condition):
            return answer
    return None


async def _call_off(stage: Stage, args: Pay, asked: Asked) -> Answer | None:
    """Stop the payment at the bank, and wait for the shop to say so; None if it does not."""
    steps = asked.site.flow.parts.get(CALL_OFF)
    if steps is None:
        return None

    async def attempt(_: float) -> Answer:
        if (answer := await _said(stage, args)) is None:
            raise NotYet
        return answer

    try:
        with stage.visit(asked.site, asked.frame, {}):
            await stage.play(steps, ("parts", CALL_OFF))
        return await stage.until(attempt, WAITED_FOR, patience=args.within.seconds, only_looks=True)
    except Seen as seen:
        return "declined" if seen.signal == "declined" else None
    except Problem:
        return None


async def _at_a_bank(stage: Stage, args: Pay) -> None:
    """Raises Asked for what a bank wants or tells."""
    for site, frame in _bank_frames(stage, args):
        look = Look(frame, site.selectors, stage.values)
        signal = await look.signal(site.flow.signals, but=frozenset())
        if signal is not None:
            told = Seen(signal, await look.excerpt(site.flow.signals[signal]))
            raise Asked(site, frame, told)
        number = await look.interrupt(site.flow.interrupts)
        if number is not None:
            raise Asked(site, frame, number)


def _bank_frames(stage: Stage, args: Pay) -> Iterator[tuple[Site, Frame]]:
    """The frames that are on a bank's hosts, in this window or one that was opened for it."""
    for name in args.through:
        site = stage.home.others[name]
        for page in stage.page.context.pages:
            for frame in page.frames:
                if site.flow.owns(frame.url):
                    yield site, frame
