"""Handing a run's page to a person: the run's clock stands still, and nothing of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from loguru import logger
from playwright.async_api import Error as PlaywrightError

from runner.challenge.handoff import Asked, AskPerson, Ended, NoPerson
from runner.config.model import Account
from runner.flow.library import Site
from runner.page.by_hand import Wish
from runner.page.evidence import Evidence
from runner.page.problems import NeedsOwner, Problem, Seen
from runner.renewal.deadline import Deadline

if TYPE_CHECKING:
    from datetime import datetime

    from runner.browser.session import Session
    from runner.flow.model import Flow
    from runner.ledger.records import Run
    from runner.values.secret import Redactor

SLACK = 60.0
"""Seconds for all that is done around a hand-off: also a browser that hangs there ends a run."""
MOST = 5
"""Hand-offs in one run: a page that still isn't right after so many is beyond helping."""


@dataclass
class ByHand:
    """Asks the owner of one account, for one run. Part of `page`'s rungs: see page/by_hand.py.

    The run's deadline stands still as long as a person has the page.
    """

    account: Account
    site: Site
    run: Run
    deadline: Deadline
    session: Session
    evidence: Evidence
    redactor: Redactor
    clock: Callable[[], datetime]
    ask: AskPerson
    notes: list[str]
    _left: float | None = None
    _times: int = 0

    async def help(self, wish: Wish) -> Literal["done", "given_up", "too_late"] | None:
        """Show the page to the owner, and wait for them; None where that can't be done."""
        settings = self.account.hand_off
        if settings is None or self._times >= MOST:
            return None
        self._times += 1
        left = settings.wait.total_seconds() if self._left is None else self._left
        if left <= 0:
            return None
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with self.deadline.for_person(left + SLACK):
                ended = await self._show(wish, left)
        except (NoPerson, PlaywrightError) as error:
            why = str(error).partition("\n")[0]
            self.notes.append(f"nobody could be asked at the page: {why}")
            return None
        finally:
            spent = loop.time() - began
            self._left = left - spent
        self.notes.append(f"a person had the page for {spent:.0f} s: {_WORDS[ended]}")
        logger.info("{}: {}", self.account.name, self.notes[-1])
        return ended.value

    async def _show(self, wish: Wish, left: float) -> Ended:
        from runner.challenge.handoff_live import LivePage

        await self.session.end_trace()  # it would hold what the person sees and types
        picture = await self.evidence.picture(wish.page, "hand-off", [*wish.covered])
        asked = Asked(
            account=self.account.name,
            title=self.site.flow.title,
            need=wish.need,
            message=self.redactor.mask(wish.problem.message),
            run_id=self.run.id,
            until=self.clock() + timedelta(seconds=left),
            picture=self.evidence.folder / picture if picture else None,
            solved=wish.solved,
        )
        self.evidence.veiled = True
        return await self.ask(self.account, asked, LivePage(wish.page, wish.owns, wish.covered))


def advice(problem: Problem, account: str) -> str | None:
    """How its owner goes on by hand, where the site wants a person, or a person was asked in vain."""
    in_vain = isinstance(problem, NeedsOwner) and isinstance(problem.__cause__, Problem)
    if in_vain or (isinstance(problem, Seen) and problem.signal == "human_check"):
        return (
            f"sign in by hand with `kigen login {account}`, or in your own browser and bring its "
            f"session with `kigen session import {account} FILE`; then run it again"
        )
    return None


def continue_at(flow: Flow) -> str | None:
    """The address at which an owner goes on by hand: where signing in begins."""
    first = next((step for step in flow.login if step.kind == "goto"), None)
    address = None if first is None else str(first.args.url)
    return address if address and "{{" not in address else None


_WORDS = {
    Ended.DONE: "they say that it is done",
    Ended.GIVEN_UP: "they gave up",
    Ended.TOO_LATE: "they did not come, or not finish, in time",
}
