"""The stage that steps act on: the page, the site's words for it, and patience with both.

Every act waits for its target through `on` or `until`. Meanwhile the page is watched, so that a
signal ends the wait at once and by its name, and an interrupt is dealt with and the wait goes on.
No act of ours is under way while an interrupt is played: it could hit the interrupt's own buttons.
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

from loguru import logger
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from runner.flow.fields import Field
from runner.flow.library import Site
from runner.flow.scalars import Ref
from runner.page.by_hand import Helper
from runner.page.evidence import Evidence
from runner.page.given import CallOwner, Codes, StandStill, Till
from runner.page.locate import candidates, one_of
from runner.page.look import Look
from runner.page.network import Traffic
from runner.page.new_code import Tries, another_code, where_asked
from runner.page.patience import BREATH, drop, give_up_on, missing, why_not
from runner.page.patience import NotYet as NotYet  # acts say it to `until`
from runner.page.problems import Problem, Seen, Unexpected, Unreachable
from runner.values.context import ReadAs
from runner.values.errors import Unreadable

if TYPE_CHECKING:
    from playwright.async_api import Frame, Locator, Page

T = TypeVar("T")

SLICE = 0.8
"""Seconds that one attempt may take before the page is looked at and the attempt made anew."""
FIRST_LOOK = 0.25
"""Seconds after which a waiting step looks at the page; quick steps never pay for it."""


class SignedIn(Exception):
    """The page shows that the session still holds."""


@dataclass(frozen=True)
class Up:
    """An interrupt that has come up: its site, and its position in that site's flow."""

    site: Site
    number: int


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
    visiting: Site | None = None
    ground: Frame | None = None
    _shop: tuple[Site, Mapping[str, Any]] | None = None
    _looked_at: float = 0.0
    _looking: bool = False
    _interrupting: list[tuple[str, int]] = field(default_factory=list)
    _interrupted: dict[tuple[str, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home = self.site

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
        self.site, self.values = site, ChainMap(dict(values), own[1])  # type: ignore[arg-type]
        self.visiting, self.ground = site, ground
        try:
            yield
        finally:
            self.site, self.values = own
            self._shop = self.visiting = self.ground = None

    @property
    def interrupting(self) -> bool:
        """Whether an interrupt is being dealt with."""
        return bool(self._interrupting)

    @property
    def interruptions(self) -> int:
        """How many interrupts have been dealt with so far."""
        return sum(self._interrupted.values())

    def start_afresh(self) -> None:
        """A person had the page: how often an interrupt came up before says nothing any more."""
        self._interrupted.clear()

    @property
    def how(self) -> ReadAs:
        """How this site writes its values, as of now in its own time zone."""
        flow = self.site.flow
        now = self.clock().astimezone(ZoneInfo(flow.timezone))
        return ReadAs(now=now, locale=flow.locale, currency=flow.currency)

    @property
    def patience(self) -> float:
        return self.site.flow.step_time.seconds

    def look(self) -> Look:
        return Look(self.ground or self.page, self.site.selectors, self.values)

    def all(self, ref: Ref, inside: Locator | None = None) -> list[Locator]:
        """The locators of a name, in order of trust."""
        ground = self.ground or self.page
        return candidates(ground, self.site.selectors, ref, self.values, inside)

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
            self._looking = True
            try:
                one = await one_of(locators, timeout, surely=self.eager)
            finally:
                self._looking = False
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
                interrupt, problem = await self._watch_over(task, started, deadline)
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
                await self.deal_with(interrupt)
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

    @contextmanager
    def of(self, source: ReadFrom) -> Iterator[None]:
        """Meanwhile, use the selectors and the values of the place where something was read."""
        own = self.site, self.values
        self.site, self.values = source.site, source.values
        try:
            yield
        finally:
            self.site, self.values = own

    async def watch(self) -> Up | None:
        """Look once: raises Seen or Unreachable (or SignedIn), or tells which interrupt is up.

        In a bank's frame, what lies over the shop's page around it is in the way, too.
        """
        look, site, flow = self.look(), self.site, self.site.flow
        self._looked_at = asyncio.get_running_loop().time()
        usual = {"signed_in"} | ({"signed_out"} if self.phase == "login" else set())
        signal = await look.signal(flow.signals, but=frozenset(usual))
        if self.tries.muted and signal == "wrong_code":  # the one that is seen to already
            signal = await look.signal(flow.signals, but=frozenset({*usual, "wrong_code"}))
        else:
            self.tries.muted = False
        if signal is not None:
            raise await look.seen(signal, flow.signals[signal], self.how)
        if up := await self._come_up(site, look):
            return up
        if around := self._around:
            shop, values = around
            if up := await self._come_up(shop, Look(self.page, shop.selectors, values)):
                return up
        if self.phase == "login" and not self._interrupting and await self.signed_in(look):
            raise SignedIn
        self.traffic.raise_if_down(self.page)
        return None

    @property
    def _around(self) -> tuple[Site, Mapping[str, Any]] | None:
        """The shop and its values, where its page is around the bank's frame that is played."""
        frame = self.ground
        if self._shop is None or frame is None or frame.parent_frame is None:
            return None
        inside = frame.page == self.page and not frame.is_detached()
        return self._shop if inside and self._shop[0].flow.owns(self.page.url) else None

    async def _come_up(self, site: Site, look: Look) -> Up | None:
        all_, name = site.flow.interrupts, site.flow.flow
        waiting = [i for i in range(len(all_)) if (name, i) not in self._interrupting]
        number = await look.interrupt([all_[i] for i in waiting])
        return None if number is None else Up(site, waiting[number])

    async def signed_in(self, look: Look | None = None) -> bool:
        """Whether the page shows that the owner is signed in."""
        condition = self.site.flow.signals.get("signed_in")
        return condition is not None and await (look or self.look()).holds(condition)

    async def settle(self) -> bool:
        """Deal with whatever has come up, until nothing is in the way; gives whether anything had."""
        had_come = False
        while (interrupt := await self.watch()) is not None:
            await self.deal_with(interrupt)
            had_come = True
        return had_come

    async def _watch_over(
        self, task: asyncio.Task[Any], started: float, deadline: float
    ) -> tuple[Up | None, Problem | SignedIn | None]:
        """Look at the page now and then while an attempt is under way, and when one has failed.

        Attempts that fail at once are many: the page is not looked at after each of them.
        """
        pause = 0.02 if self.eager else FIRST_LOOK
        while not (await asyncio.wait({task}, timeout=pause))[0]:
            pause = 0.08 if self.eager else FIRST_LOOK
            looking = asyncio.ensure_future(self.watch())
            try:
                await asyncio.wait({task, looking}, return_when=asyncio.FIRST_COMPLETED)
                if not looking.done() and task.exception() is None:
                    break  # what was waited for has come first: nobody asks what else there is
                interrupt = await looking
            except (Seen, Unreachable, SignedIn) as problem:
                await self._end(task)
                return None, problem
            finally:
                await drop(looking)
            if interrupt is not None:
                await self._end(task)
                return interrupt, None
        if not isinstance(task.exception(), PlaywrightError | NotYet | Unreadable):
            return None, None
        now = asyncio.get_running_loop().time()
        if (
            now - max(self._looked_at, started) < (0.02 if self.eager else FIRST_LOOK)
            and now < deadline
        ):
            return None, None
        try:
            return await self.watch(), None
        except (Seen, Unreachable, SignedIn) as problem:
            return None, problem

    async def _end(self, task: asyncio.Task[Any]) -> None:
        """Wait until an attempt has ended. One that still looks for its element is cut short."""
        if self._looking:
            task.cancel()
        await asyncio.wait({task})

    async def deal_with(self, up: Up) -> None:
        """Play what the flow does about an interrupt, and wait until it has gone."""
        flow = up.site.flow
        interrupt, key = flow.interrupts[up.number], (flow.flow, up.number)
        name = interrupt.name or f"interrupts[{up.number}]"
        times = self._interrupted[key] = self._interrupted.get(key, 0) + 1
        logger.info("{}: dealing with `{}` (time {})", flow.flow, name, times)
        if times > interrupt.at_most:
            raise Unexpected(f"`{name}` came up {times} times, more often than it may", "changed")
        self._interrupting.append(key)
        try:
            with self._at(up.site):
                await self._put_away(up.number)
        finally:
            self._interrupting.remove(key)

    @contextmanager
    def _at(self, site: Site) -> Iterator[None]:
        """Meanwhile, be on the shop's page around a bank's frame, where that is what came up there."""
        kept = self.site, self.values, self.visiting, self.ground, self._shop
        if self._shop is not None and site is self._shop[0]:
            self.site, self.values = self._shop
            self.visiting = self.ground = self._shop = None
        try:
            yield
        finally:
            self.site, self.values, self.visiting, self.ground, self._shop = kept

    async def _put_away(self, number: int) -> None:
        try:
            await self._play_away(number)
        except Seen as seen:
            if where_asked(self.site.flow.interrupts[number].do) is None:
                raise
            if not await another_code(self, seen):
                raise
            await self._play_away(number)

    async def _play_away(self, number: int) -> None:
        await self.play(self.site.flow.interrupts[number].do, ("interrupts", number, "do"))
        await self._gone(number)

    async def _gone(self, number: int) -> None:
        """Wait until an interrupt that was dealt with has left the page."""
        interrupt = self.site.flow.interrupts[number]

        async def attempt(_: float) -> None:
            if await self.look().holds(interrupt.when):
                raise NotYet

        await self.until(attempt, f"the end of `{interrupt.name or number}`", only_looks=True)
