"""Plays the phases of a flow on a page."""

from __future__ import annotations

import asyncio
import time
from collections import ChainMap
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from loguru import logger
from playwright.async_api import Error as PlaywrightError

from runner.flow.base import Step
from runner.flow.expressions import ExpressionError
from runner.flow.library import Site
from runner.flow.walk import Path, spell
from runner.page.acts import ACTS, HOLDERS
from runner.page.by_hand import Helper, with_help
from runner.page.evidence import Evidence
from runner.page.given import CallOwner, Codes, StandStill, Till
from runner.page.network import Traffic
from runner.page.new_code import another_code, where_asked
from runner.page.patience import NotYet, SignedIn
from runner.page.problems import Gone, Missing, Problem, Seen, Unexpected, Unread
from runner.page.stage import Stage
from runner.page.wanted import wanted_responses

if TYPE_CHECKING:
    from playwright.async_api import Page

    from runner.page.trial.looking import Looking

_WRITING = frozenset({"click", "fill", "press", "select", "check", "upload", "one_time_code"})


class Player:
    """Plays one account's flow on one page. `values` are what expressions see beside what is read.

    `looking`: who looks on in a field test, and decides what is not done in it.
    """

    def __init__(
        self,
        page: Page,
        site: Site,
        values: Mapping[str, Any],
        *,
        evidence: Evidence,
        codes: Codes,
        clock: Callable[[], datetime],
        helper: Helper | None = None,
        call_owner: CallOwner | None = None,
        stand_still: StandStill = nullcontext,
        before: Callable[[Step], Awaitable[None]] | None = None,
        looking: Looking | None = None,
    ) -> None:
        self._looking, self._acts = looking, ACTS if looking is None else looking.acts
        self._evidence, self._before = evidence, before
        self._traffic = Traffic(wanted_responses(site))
        self._traffic.attach(page)
        self._base = dict(values)
        self.stage = Stage(
            page=page,
            site=site,
            values=self._base,
            evidence=evidence,
            traffic=self._traffic,
            clock=clock,
            codes=codes,
            till=None,
            play=self._play,
            helper=helper,
            call_owner=call_owner,
            stand_still=stand_still,
        )

    async def arrive(self) -> None:
        """Open the page where signing in begins; all the rest is left to a person."""
        self._enter("login", {})
        for step in self.stage.site.flow.login:
            if step.kind == "goto":
                await ACTS[step.kind](self.stage, step.args)
                return

    async def sign_in(self, *, resumed: bool, by: str = "login") -> bool:
        """Play a phase that signs in, and see that it worked. True when the old session still held.

        With a resumed session the page is looked at eagerly: `login` ends where it shows as signed in.
        """
        stage = self.stage
        typed_before = len(self._evidence.steps)
        stage.eager = resumed
        self._enter("login", {})
        try:
            await self._play(stage.site.flow.phase(by), (by,))
        except SignedIn:  # the page shows it: nothing is to be waited for
            pass
        else:
            await self._confirm_signed_in()
        finally:
            stage.eager = False
        steps = self._evidence.steps[typed_before:]
        return not any(step.kind in _WRITING and step.status == "ok" for step in steps)

    async def phase(
        self, name: str, more: Mapping[str, Any], till: Till | None = None
    ) -> dict[str, Any]:
        """Play a phase with more values (the line, the plan); gives what it extracted."""
        stage = self.stage
        stage.till = till
        self._enter(name, more)
        try:
            await self._play(stage.site.flow.phase(name), (name,))
        finally:
            stage.till = None
        return dict(stage.extracted)

    async def keep_failure(self) -> None:
        """Keep what the page is now, as evidence."""
        if self._looking is not None:
            await self._looking.failed(self.stage)
        await self._evidence.keep_failure(self.stage.page, self.stage.covered, self._traffic)

    def _enter(self, phase: str, more: Mapping[str, Any]) -> None:
        stage = self.stage
        stage.phase, stage.extracted, stage.committed = phase, {}, False
        stage.read_from, stage.ticked, stage.opened = {}, [], None
        stage.since, stage.tries.since, stage.tries.asked = stage.clock(), None, None
        stage.values = ChainMap(stage.extracted, dict(more), self._base)
        while stage.tabs:
            stage.page = stage.tabs.pop()
        self._traffic.forget()

    async def _confirm_signed_in(self) -> None:
        stage = self.stage

        async def attempt(_: float) -> None:
            if not await stage.signed_in():
                raise NotYet

        async def signed_in() -> None:
            await stage.until(
                attempt, "the sign that the owner is signed in (`signed_in`)", only_looks=True
            )

        login = stage.site.flow.login
        try:
            await with_help(
                stage, partial(self._or_another_code, signed_in, login, ("login",), len(login))
            )
        except SignedIn:
            return
        except Missing as problem:
            signed_out = stage.site.flow.signals.get("signed_out")
            if signed_out is not None and await stage.look().holds(signed_out):
                raise Seen("signed_out") from None
            raise Missing(
                problem.message, hint="the password may be right, but the page is not the one known"
            ) from None

    async def _play(self, steps: list[Any], path: Path) -> None:
        for number, step in enumerate(steps):
            play = partial(self._step, step, (*path, number))
            await with_help(self.stage, partial(self._or_another_code, play, steps, path, number))

    async def _or_another_code(
        self, play: Callable[[], Awaitable[None]], steps: list[Any], path: Path, number: int
    ) -> None:
        """Play; where the site refuses the code that an earlier step typed, get another one and play
        from that step on once more. `number` is where `play` stands among the steps."""
        try:
            await play()
        except Seen as seen:
            first = where_asked(steps[: number + 1])
            if first is None or not await another_code(self.stage, seen):
                raise
            for again in range(first, number):
                await self._step(steps[again], (*path, again))
            await play()

    async def _step(self, step: Step, path: Path) -> None:
        stage, spelled = self.stage, spell(path)
        place = stage.site.source.place(_in_file(path))
        record = self._evidence.begin(spelled, step.kind, place.line)
        started = time.perf_counter()
        status, note = "failed", None
        try:
            if self._before is not None:
                await self._before(step)
            if step.kind in HOLDERS:
                note = await HOLDERS[step.kind](stage, step.args, path)
            else:
                note = await self._acts[step.kind](stage, step.args)
            status = "ok"
        except SignedIn:
            status, note = "skipped", "already signed in"
            raise
        except Problem as problem:
            note = problem.message
            logger.debug("{} ends: {}", spelled, problem.message)
            if problem.step is None:
                problem.step = spelled
                problem.where = f"{stage.site.source.path.name}:{place.line}"
            raise
        except (ExpressionError, PlaywrightError) as error:
            found = _as_problem(error)
            note = found.message
            found.step, found.where = spelled, f"{stage.site.source.path.name}:{place.line}"
            raise found from error
        except asyncio.CancelledError:
            note = "cut off"
            raise
        finally:
            self._evidence.end(record, time.perf_counter() - started, status, note)


def _in_file(path: Path) -> Path:
    """A played path as it stands in its file: parts of `use` are at their own place."""
    if "parts" in path:
        at = len(path) - 1 - path[::-1].index("parts")
        path = path[at:]
    if "for_each" in path:
        # do, number of the round, number of the step: the round stands in no file
        at = len(path) - 1 - path[::-1].index("for_each")
        path = (*path[: at + 2], *path[at + 3 :])
    return path


def _as_problem(error: Exception) -> Problem:
    if isinstance(error, ExpressionError):
        return Unread(error.message)
    text = str(error).split("Call log")[0].strip().splitlines()[0]
    if "closed" in text or "crashed" in text:
        return Gone(f"the page or the browser ended: {text}")
    return Unexpected(f"the browser refused: {text}", "failed")
