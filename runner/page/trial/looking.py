"""Playing a flow in order to look only: signing in is done, reading is looked at, nothing is changed.

Outside signing in, no step is performed that writes, and nowhere one that spends. A click on a link is
replaced by what it stands for: its address is opened. All else that writes is held back, and told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

from runner.flow.expressions import ExpressionError
from runner.flow.library import Site
from runner.flow.scalars import Ref
from runner.flow.steps import STEPS
from runner.flow.walk import words
from runner.page.acts import ACTS, Act
from runner.page.locate import candidates
from runner.page.problems import Problem, Seen
from runner.page.stage import Stage
from runner.page.trial.labels import Labels
from runner.page.trial.tree import scrubbed

if TYPE_CHECKING:
    from playwright.async_api import Locator

HELD = "held back: a field test changes nothing"
NEVER = frozenset({"call", "card", "choose_plan", "download", "extend", "pay", "upload"})
"""Not even in order to sign in."""
_WRITING = frozenset(kind for kind, step in STEPS.items() if step.effect != "read")
_AFTER = frozenset({"expect", "extract", "extract_all", "fill", "one_time_code", "wait_for"})
"""What has found its target: the page is there, and still the same."""
_PAGES = 40
_TIME = 5000
"""Milliseconds for one tree."""


@dataclass
class PageSeen:
    """A page as it was at one moment. `matches`: by selector, how many elements each of its
    candidates found; None where that can't be told."""

    phase: str
    address: str
    title: str
    tree: str
    matches: dict[str, list[int | None]]


@dataclass
class Looking:
    """Who looks on. `acts` are played instead of the usual ones; what they saw is in `pages`, what was
    not done in `held`. `problem` is the kind of the last one, which need not have been the end.
    """

    labels: Labels
    pages: list[PageSeen] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    problem: str | None = None
    browser: str | None = None
    requests: list[str] = field(default_factory=list)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    @property
    def acts(self) -> Mapping[str, Act]:
        """How each kind of step is played."""
        return {kind: partial(self._play, kind, act) for kind, act in ACTS.items()}

    async def failed(self, stage: Stage) -> None:
        """A phase has ended in a problem: keep the page as it is."""
        await self.look(stage)

    async def _play(self, kind: str, act: Act, stage: Stage, args: Any) -> str | None:
        try:
            if kind in NEVER or (kind in _WRITING and not _signing_in(stage)):
                return await self._instead(kind, stage, args)
            if kind == "click":
                await stage.on(args.on, _there)
                await self.look(stage)
            note = await act(stage, args)
        except Problem as problem:
            self.problem = _kind_of(problem)
            await self.look(stage)
            raise
        if kind in _AFTER:
            await self.look(stage)
        return note

    async def _instead(self, kind: str, stage: Stage, args: Any) -> str:
        """What is done in place of a step that writes: a link is opened, no more."""
        if kind == "click":
            address: str | None = await stage.on(args.on, _address)
            await self.look(stage)
            if address is not None and stage.owns(address):
                await stage.page.goto(address, wait_until="commit", timeout=stage.patience * 1000)
                return "its address was opened, it was not clicked"
        names = dict.fromkeys(word.name for _, word in words(args) if isinstance(word, Ref))
        self.held.append(" ".join([f"{stage.phase}:", kind, *names]))
        return HELD

    async def look(self, stage: Stage) -> None:
        """Keep what the page is made of, unless it was seen like this before."""
        self.requests = list(stage.traffic.failed)
        if len(self.pages) >= _PAGES:
            return
        page = stage.page
        try:
            async with asyncio.timeout(_TIME / 1000):
                snapshot = await page.locator("body").aria_snapshot(timeout=_TIME)
                title = await page.title()
                if (page.url, snapshot) in self._seen:
                    return
                self._seen.add((page.url, snapshot))
                matches = await _matches(stage)
        except (PlaywrightError, TimeoutError):  # it is being replaced, or is gone
            return
        if self.browser is None and (browser := page.context.browser) is not None:
            self.browser = browser.version
        self.pages.append(
            PageSeen(
                "interrupt" if stage.interrupts.under_way else stage.phase,
                self.labels.address(page.url),
                self.labels.text(title),
                scrubbed(snapshot, self.labels),
                matches,
            )
        )


def _signing_in(stage: Stage) -> bool:
    """What stands in the way (a code page, a banner) is part of it: a site may ask at any moment."""
    return stage.phase == "login" or stage.interrupts.under_way


async def _there(locator: Locator, timeout: float) -> None:
    await locator.wait_for(state="visible", timeout=timeout)


async def _address(locator: Locator, timeout: float) -> str | None:
    """Where a link leads; None for what is no plain link."""
    found: str | None = await locator.evaluate(
        """element => {
          const link = element.closest('a[href]')
          return link && !link.hasAttribute('download') ? link.href : null
        }""",
        timeout=timeout,
    )
    return found


async def _matches(stage: Stage) -> dict[str, list[int | None]]:
    """How many elements each selector finds that needs nothing else to be known."""
    found: dict[str, list[int | None]] = {}
    counting: dict[tuple[str, int], Awaitable[int | None]] = {}
    for site in _with_others(stage.home):
        for key, (parameters, ways) in site.selectors.by_name.items():
            name = key if site is stage.home else f"{site.selectors.site}/{key}"
            found[name] = [None] * len(ways)
            if not parameters and not any(way.within and way.within.arguments for way in ways):
                for number in range(len(ways)):
                    counting[name, number] = _count(stage, site, key, number)
    counts = await asyncio.gather(*counting.values())
    for (name, number), count in zip(counting, counts, strict=True):
        found[name][number] = count
    return found


async def _count(stage: Stage, site: Site, name: str, number: int) -> int | None:
    try:
        found = candidates(stage.page, site.selectors, Ref(name), stage.values)
        return await found[number].count()
    except (PlaywrightError, ExpressionError, LookupError):
        return None


def _with_others(site: Site) -> list[Site]:
    return [site, *(inner for other in site.others.values() for inner in _with_others(other))]


def _kind_of(problem: Problem) -> str:
    kind = type(problem).__name__
    return f"{kind}: {problem.signal}" if isinstance(problem, Seen) else kind
