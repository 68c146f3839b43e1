"""Between the paying click and its answer: looking for it, and going through what a bank asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from loguru import logger

from runner.flow.library import Site
from runner.flow.steps.pay import Pay
from runner.page.look import Look
from runner.page.problems import Seen
from runner.page.stage import NotYet, Stage
from runner.values.money import Money

if TYPE_CHECKING:
    from playwright.async_api import Frame

Answer = Literal["done", "owed", "declined"]


class Asked(Exception):
    """A bank's page has come up that wants something: interrupt `number` of `site`, in `frame`."""

    def __init__(self, site: Site, frame: Frame, number: int) -> None:
        super().__init__(site.flow.flow, number)
        self.site, self.frame, self.number = site, frame, number


async def answer_of(stage: Stage, args: Pay, price: Money) -> Answer:
    """Wait for the page to tell how the payment ended, and do what banks ask meanwhile.

    `price` is what a bank's steps may hold against the amount that the bank shows. Raises Seen for
    a refusal, and every Problem that leaves the end unknown.
    """

    async def attempt(_: float) -> Answer:
        look = stage.look()
        if await look.holds(args.done):
            return "done"
        if args.owed is not None and await look.holds(args.owed):
            return "owed"
        if args.declined is not None and await look.holds(args.declined):
            return "declined"
        await _at_a_bank(stage, args)
        raise NotYet

    while True:
        try:
            return await stage.until(attempt, "the site's answer", patience=args.within.seconds)
        except Asked as asked:
            logger.info("paying: {} wants something", asked.site.flow.title)
            with stage.visit(asked.site, asked.frame, {"payment": {"price": price}}):
                await stage.deal_with(asked.number)


async def _at_a_bank(stage: Stage, args: Pay) -> None:
    """Raises Asked for what a bank wants, and Seen for what its page says."""
    for site, frame in _bank_frames(stage, args):
        look = Look(frame, site.selectors, stage.values)
        signal = await look.signal(site.flow.signals, but=frozenset())
        if signal is not None:
            raise Seen(signal, await look.excerpt(site.flow.signals[signal]))
        number = await look.interrupt(site.flow.interrupts)
        if number is not None:
            raise Asked(site, frame, number)


def _bank_frames(stage: Stage, args: Pay) -> Iterator[tuple[Site, Frame]]:
    """The frames of the page that are on a bank's hosts; the whole page is one of them."""
    for name in args.through:
        site = stage.home.others[name]
        for frame in stage.page.frames:
            if site.flow.owns(frame.url):
                yield site, frame
