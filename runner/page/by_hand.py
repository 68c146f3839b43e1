"""The last rung before giving up: a page that needs a person is shown to one, then played on.

Which problems a person can solve, and what the page room wants of whoever asks them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from playwright.async_api import Error as PlaywrightError

from runner.page.problems import Ambiguous, Missing, NeedsOwner, Problem, Seen, Unexpected
from runner.page.session_end import session_ended

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from runner.page.stage import Stage

T = TypeVar("T")
Need = Literal["human_check", "code", "changed", "paying"]

_FOR_PEOPLE: dict[str, Need] = {"human_check": "human_check", "wrong_code": "code"}
"""Signals of pages that a person can lead on from. A wrong password is not among them: nobody
should be invited to try another one against a provider's lock."""
_RESTING = 3000
"""Milliseconds in which a page that a person has had may come to rest."""
_LOOKING = 10.0
"""Seconds for a look at the page; one that doesn't answer is judged by the run itself."""


@dataclass(frozen=True)
class Wish:
    """What is wanted of a person: `solved` looks whether the page has moved on."""

    need: Need
    problem: Problem
    page: Page
    covered: Sequence[Locator] = field(repr=False)
    owns: Callable[[str], bool]
    solved: Callable[[], Awaitable[bool]] | None


class Helper(Protocol):
    """Asks a person."""

    async def help(self, wish: Wish) -> Literal["done", "given_up", "too_late"] | None:
        """How it ended; None when nobody could be asked."""


async def with_help(stage: Stage, play: Callable[[], Awaitable[T]], *, paying: bool = False) -> T:
    """Play; where a problem is one for people, ask one and play again, as often as they help.

    `paying`: the paying click was made, and only its answer is waited for. Raises the problem
    itself, or NeedsOwner when a person was asked in vain.
    """
    while True:
        try:
            return await play()
        except Problem as problem:
            if not await helped(stage, problem, paying=paying):
                raise


def need_of(problem: Problem, phase: str, *, paying: bool) -> Need | None:
    """What a person is wanted for; None for what no person at the page can or should solve.

    Before the paying click nobody is let into `renew`: what they bought there, no one would know.
    """
    need: Need | None = None
    if isinstance(problem, Seen):
        need = _FOR_PEOPLE.get(problem.signal)
    elif isinstance(problem, NeedsOwner):
        need = "code"
    elif isinstance(problem, Missing | Ambiguous) or (
        # A page that is certainly not what it should be is no page to pay on.
        isinstance(problem, Unexpected) and problem.ends_as() == "changed" and not paying
    ):
        need = "changed"
    if paying:
        return need and "paying"
    return need if phase in ("login", "read") else None


async def helped(stage: Stage, problem: Problem, *, paying: bool) -> bool:
    """Whether a person was asked, and says that the page is ready again.

    Nobody is asked twice about one problem, nor where the run can sign in anew by itself. Raises
    NeedsOwner when somebody was asked in vain.
    """
    helper = stage.helper
    # An interrupt's step is not tried again by itself: the step that it came up in is.
    if (
        helper is None
        or problem.offered
        or stage.interrupts.under_way
        or (stage.committed and not paying)
    ):
        return False
    problem.offered = True
    need = need_of(problem, stage.phase, paying=paying)
    if need is None or (need == "changed" and await session_ended(stage, problem)):
        return False
    ended = await helper.help(
        Wish(need, problem, stage.page, stage.covered, stage.owns, _solved(stage, problem))
    )
    if ended == "done":
        with suppress(PlaywrightError):  # what they pressed last may still be on its way
            await stage.page.wait_for_load_state("networkidle", timeout=_RESTING)
        stage.interrupts.start_afresh()
        return True
    if ended is None:
        return False
    why = "gave up" if ended == "given_up" else "did not come in time"
    in_vain = NeedsOwner(f"{problem.message}; a person was asked, and {why}", hint=problem.hint)
    in_vain.step, in_vain.where, in_vain.offered = problem.step, problem.where, True
    raise in_vain from problem


def _solved(stage: Stage, problem: Problem) -> Callable[[], Awaitable[bool]] | None:
    """How to see that a signal is gone; of other problems only the next attempt can tell."""
    if not isinstance(problem, Seen):
        return None
    conditions = {str(name): held for name, held in stage.site.flow.signals.items()}
    condition = conditions[problem.signal]

    async def solved() -> bool:
        try:
            async with asyncio.timeout(_LOOKING):
                return not await stage.look().holds(condition)
        except TimeoutError:
            return True

    return solved
