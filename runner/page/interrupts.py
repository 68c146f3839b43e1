"""What comes up at any moment, as the flow knows it: which of it is up, and putting it away.

No act of ours is under way while an interrupt is played: it could hit the interrupt's own buttons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loguru import logger

from runner.flow.library import Site
from runner.page.new_code import another_code, where_asked
from runner.page.patience import NotYet
from runner.page.problems import Seen, Unexpected

if TYPE_CHECKING:
    from runner.page.look import Look
    from runner.page.stage import Stage


@dataclass(frozen=True)
class Up:
    """An interrupt that has come up: its site, and its position in that site's flow."""

    site: Site
    number: int


@dataclass
class Interrupts:
    """The interrupts of one stage: those that are being dealt with, and how often each came up."""

    stage: Stage = field(repr=False)
    _under_way: list[tuple[str, int]] = field(default_factory=list)
    _times: dict[tuple[str, int], int] = field(default_factory=dict)

    @property
    def under_way(self) -> bool:
        """Whether one is being dealt with."""
        return bool(self._under_way)

    @property
    def count(self) -> int:
        """How many have been dealt with so far."""
        return sum(self._times.values())

    def start_afresh(self) -> None:
        """A person had the page: how often each came up before says nothing any more."""
        self._times.clear()

    async def come_up(self, site: Site, look: Look) -> Up | None:
        """The first of a site that the page shows, but for those that are being dealt with."""
        all_, name = site.flow.interrupts, site.flow.flow
        waiting = [i for i in range(len(all_)) if (name, i) not in self._under_way]
        number = await look.interrupt([all_[i] for i in waiting])
        return None if number is None else Up(site, waiting[number])

    async def deal_with(self, up: Up) -> None:
        """Play what the flow does about it, and wait until it has gone. Raises Problem."""
        flow = up.site.flow
        interrupt, key = flow.interrupts[up.number], (flow.flow, up.number)
        name = interrupt.name or f"interrupts[{up.number}]"
        times = self._times[key] = self._times.get(key, 0) + 1
        logger.info("{}: dealing with `{}` (time {})", flow.flow, name, times)
        if times > interrupt.at_most:
            raise Unexpected(f"`{name}` came up {times} times, more often than it may", "changed")
        self._under_way.append(key)
        try:
            with self.stage.at(up.site):
                await self._put_away(up.number)
        finally:
            self._under_way.remove(key)

    async def _put_away(self, number: int) -> None:
        try:
            await self._play(number)
        except Seen as seen:
            if where_asked(self.stage.site.flow.interrupts[number].do) is None:
                raise
            if not await another_code(self.stage, seen):
                raise
            await self._play(number)

    async def _play(self, number: int) -> None:
        interrupt = self.stage.site.flow.interrupts[number]
        await self.stage.play(interrupt.do, ("interrupts", number, "do"))
        await self._gone(number)

    async def _gone(self, number: int) -> None:
        """Wait until one that was dealt with has left the page."""
        stage = self.stage
        interrupt = stage.site.flow.interrupts[number]

        async def attempt(_: float) -> None:
            if await stage.look().holds(interrupt.when):
                raise NotYet

        await stage.until(attempt, f"the end of `{interrupt.name or number}`", only_looks=True)
