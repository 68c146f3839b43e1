"""The stage that steps act on: the page, the site's words for it, and patience with both.

Every act waits for its target through `on` or `until`. Meanwhile the page is watched, so that a
signal ends the wait at once and by its name, and an interrupt is dealt with and the wait goes on.
"""

from __future__ import annotations

import asyncio
from collections import ChainMap
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from runner.flow.fields import Field
from runner.flow.library import Site
from runner.flow.scalars import Ref
from runner.page.by_hand import Helper
from runner.page.evidence import Evidence
from runner.page.given import CallOwner, Codes, StandStill, Till
from runner.page.interrupts import Interrupts
from runner.page.locate import candidates, one_of
from runner.page.look import Look
from runner.page.network import Traffic
from runner.page.new_code import Tries
from runner.page.patience import BREATH, NotYet, drop, give_up_on, missing, why_not
from runner.page.watch import watch_over
from runner.values.context import ReadAs

if TYPE_CHECKING:
    from playwright.async_api import Frame, Locator, Page

T = TypeVar("T")

SLICE = 0.8
"""Seconds that one attempt may take before the page is looked at and the attempt made anew."""


@dataclass(frozen=True)
class ReadFrom:
    """Where a value of the phase was read: enough to read it once more."""

    site: Site
    values: Mapping[str, Any]
    field: Field


@dataclass
class Stage:
    """All that acts need. `values` are what expressions see, `extracted` is what the phase has read.

    `since` is when the phase began: a code that came before it is stale. `site` is whose steps and
    selectors are played just now, `home` the account's own: its hosts alone get secrets. `forewarned`:
    an interrupt has come up at the very click that pays, so that nothing was sent. `opened`: the
    address that the phase has opened last. `may_sign_in`: should the session end, the run signs in anew.
    `seeking`: an attempt still looks for its element. `looked_at`: when the page was looked at last.
    """

    page: Page
    site: Site
    values: Mapping[str, Any]
    evidence: Evidence
    traffic: Traffic
    clock: Callable[[], datetime]
    codes: Codes
    till: Till | None
    play: Callable[[list[Any], tuple[str | int, ...]], Awaitable[None]]
    phase: str = ""
    since: datetime = field(default=datetime.min)
    eager: bool = False
    extracted: dict[str, Any] = field(default_factory=dict)
    read_from: dict[str, ReadFrom] = field(default_factory=dict)
    ticked: list[Locator] = field(default_factory=list)
    tabs: list[Page] = field(default_factory=list)
    covered: list[Locator] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    committed: bool = False
    forewarned: bool = False
    opened: str | None = None
    may_sign_in: bool = False
    helper: Helper | None = None
    call_owner: CallOwner | None = None
    stand_still: StandStill = nullcontext
    tries: Tries = field(default_factory=Tries)
    home: Site = field(init=False)
    interrupts: Interrupts = field(init=False)
    visiting: Site | None = None
    ground: Frame | None = None
    _shop: tuple[Site, Mapping[str, Any]] | None = None
    looked_at: float = 0.0
    seeking: bool = False

    def __post_init__(self) -> None:
        self.home = self.site
        self.interrupts = Interrupts(self)

    def owns(self, url: str) -> bool:
        """Whether an address is on the account's own hosts, whoever's steps are played there.

        A bank's hosts are own ones while its steps are played, inside a payment.
        """
        visited = self.visiting is not None and self.visiting.flow.owns(url)
        return visited or self.home.flow.owns(url)

    @contextmanager
    def visit(self, site: Site, ground: Frame, values: Mapping[str, Any]) -> Iterator[None]:
        """Meanwhile, play a bank's own steps with its selectors, in its frame of the page."""
        own = self._shop = self.site, self.values
        self.site, self.values = site, ChainMap(dict(values), own[1])  # type: ignore[arg-type]  # only read
        self.visiting, self.ground = site, ground
        try:
            yield
        finally:
            self.site, self.values = own
            self._shop = self.visiting = self.ground = None

    @property
    def around(self) -> tuple[Site, Mapping[str, Any]] | None:
        """The shop and its values, where its page is around the bank's frame that is played."""
        frame = self.ground
        if self._shop is None or frame is None or frame.parent_frame is None:
            return None
        inside = frame.page == self.page and not frame.is_detached()
        return self._shop if inside and self._shop[0].flow.owns(self.page.url) else None

    @contextmanager
    def at(self, site: Site) -> Iterator[None]:
        """Meanwhile, be on the shop's page around a bank's frame, where that is what came up there."""
        kept = self.site, self.values, self.visiting, self.ground, self._shop
        if self._shop is not None and site is self._shop[0]:
            self.site, self.values = self._shop
            self.visiting = self.ground = self._shop = None
        try:
            yield
        finally:
            self.site, self.values, self.visiting, self.ground, self._shop = kept

    @contextmanager
    def of(self, source: ReadFrom) -> Iterator[None]:
        """Meanwhile, use the selectors and the values of the place where something was read."""
        own = self.site, self.values
        self.site, self.values = source.site, source.values
        try:
            yield
        finally:
            self.site, self.values = own

    @property
    def how(self) -> ReadAs:
        """How this site writes its values, as of now in its own time zone."""
        flow = self.site.flow
        now = self.clock().astimezone(ZoneInfo(flow.timezone))
        return ReadAs(now=now, locale=flow.locale, currency=flow.currency)

    @property
    def patience(self) -> float:
        """How long a step waits for its target, in seconds."""
        return self.site.flow.step_time.seconds

    def look(self) -> Look:
        """A look at what steps act on now."""
        return Look(self.ground or self.page, self.site.selectors, self.values)

    def all(self, ref: Ref, inside: Locator | None = None) -> list[Locator]:
        """The locators of a name, in order of trust."""
        ground = self.ground or self.page
        return candidates(ground, self.site.selectors, ref, self.values, inside)

    async def signed_in(self, look: Look | None = None) -> bool:
        """Whether the page shows that the owner is signed in."""
        condition = self.site.flow.signals.get("signed_in")
        return condition is not None and await (look or self.look()).holds(condition)

    async def on(
        self,
        ref: Ref,
        act: Callable[[Locator, float], Awaitable[T]],
        *,
        inside: Locator | None = None,
        patience: float | None = None,
    ) -> T:
        """Do `act(locator, timeout in ms)` on the one element that a name means, when it is there."""
        locators = self.all(ref, inside)

        async def attempt(timeout: float) -> T:
            self.seeking = True
            try:
                one = await one_of(locators, timeout, surely=self.eager)
            finally:
                self.seeking = False
            return await act(one, timeout)

        return await self.until(attempt, f"`{ref}`", patience=patience)

    async def until(
        self,
        attempt: Callable[[float], Awaitable[T]],
        what: str,
        *,
        patience: float | None = None,
        only_looks: bool = False,
    ) -> T:
        """Repeat an attempt until it succeeds, watching the page while it takes long.

        `only_looks`: it does nothing to the page. What it waits for may have come together with an
        interrupt, whose end could take it away: it is looked for once more before.
        """
        clock = asyncio.get_running_loop().time
        patience = self.patience if patience is None else patience
        started = clock()
        deadline = started + patience
        why = ""
        while True:
            time_left = max(0.05, deadline - clock())
            task = asyncio.ensure_future(attempt(min(SLICE, time_left) * 1000))
            try:
                interrupt, problem = await watch_over(self, task, started, deadline)
            except BaseException:
                await drop(task)
                raise
            error = None if task.cancelled() else task.exception()
            if error is None and not task.cancelled():
                return task.result()
            if problem is not None:
                raise problem
            if interrupt is not None:
                if only_looks:
                    with suppress(NotYet, PlaywrightError):
                        return await attempt(SLICE * 1000)
                await self.interrupts.deal_with(interrupt)
                started = clock()
                deadline = started + patience
                continue
            assert error is not None  # noqa: S101  only what is left for a reason is cut short
            give_up_on(error, what, clock() - started)
            why = why_not(str(error)) or why  # the last attempt may be too short to tell
            if clock() >= deadline:
                raise missing(error, what, patience, why)
            if not isinstance(error, PlaywrightTimeout):
                await asyncio.sleep(BREATH)  # such errors come at once: don't spin
