"""A hand-off in a run: its clock stands still, its time is shared, and what can't be asked is noted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from runner.challenge.handoff import Asked, Ended, NoPerson
from runner.config.hand_off import HandOff as Settings
from runner.config.workspace import shipped
from runner.flow.library import Library
from runner.page.by_hand import Wish
from runner.page.problems import Missing, NeedsOwner, Seen
from runner.renewal.by_hand import MOST, SLACK, ByHand, advice, continue_at
from runner.renewal.deadline import GRACE, Deadline
from runner.values.secret import Redactor, Secret
from tests.schedule.fast_loop import run_fast

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
WAIT = timedelta(minutes=15)


@dataclass
class Around:
    """All that a hand-off uses, and what it was told."""

    person: Callable[[Asked], Awaitable[Ended]]
    asked: list[Asked] = field(default_factory=list)
    leased: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    redactor: Redactor = field(default_factory=Redactor)

    def by_hand(self, limit: asyncio.Timeout) -> ByHand:
        async def ask(account: Any, asked: Asked, live: Any) -> Ended:
            self.asked.append(asked)
            return await self.person(asked)

        async def end_trace() -> None:
            self.told.append("trace ended")

        async def picture(page: Any, name: str, covered: Any) -> str:
            self.told.append(f"picture {name}")
            return f"01-{name}.png"

        parts: dict[str, Any] = {
            "account": SimpleNamespace(name="me", hand_off=Settings(wait=WAIT)),
            "site": SimpleNamespace(flow=SimpleNamespace(title="Site")),
            "run": SimpleNamespace(id="run-1"),
            "session": SimpleNamespace(end_trace=end_trace),
            "evidence": SimpleNamespace(folder=Path("/evidence"), picture=picture, veiled=False),
        }
        lease: Any = SimpleNamespace(renew=self.leased.append)
        self.evidence = parts["evidence"]
        self.notes: list[str] = []
        return ByHand(
            **parts,
            deadline=Deadline(limit, lease, lambda _: None),
            redactor=self.redactor,
            clock=lambda: NOW,
            ask=ask,
            notes=self.notes,
        )


def wish(problem: Any = None) -> Wish:
    page: Any = SimpleNamespace()
    return Wish("human_check", problem or Seen("human_check"), page, [], lambda _: True, None)


def after(seconds: float, ended: Ended = Ended.DONE) -> Callable[[Asked], Awaitable[Ended]]:
    async def person(_: Asked) -> Ended:
        await asyncio.sleep(seconds)
        return ended

    return person


def test_the_runs_own_deadline_stands_still() -> None:
    around = Around(after(0.6))

    async def run() -> str | None:
        async with asyncio.timeout(0.4) as limit:
            return await around.by_hand(limit).help(wish())

    assert run_fast(run()) == "done"
    (leased,) = around.leased
    assert leased == pytest.approx(0.4 + WAIT.total_seconds() + SLACK + GRACE, abs=0.2)


def test_after_it_the_deadline_counts_on() -> None:
    around = Around(after(0.2))

    async def run() -> None:
        async with asyncio.timeout(0.3) as limit:
            await around.by_hand(limit).help(wish())
            await asyncio.sleep(5)

    with pytest.raises(TimeoutError):
        run_fast(asyncio.wait_for(run(), 3))


def test_what_is_asked_and_what_is_kept() -> None:
    around = Around(after(0, Ended.GIVEN_UP))
    around.redactor.add(Secret("hunter2-secret"))

    async def run() -> str | None:
        async with asyncio.timeout(9) as limit:
            return await around.by_hand(limit).help(wish(Missing("`hunter2-secret` was not there")))

    assert run_fast(run()) == "given_up"
    (asked,) = around.asked
    assert asked.until == NOW + WAIT
    assert asked.message == "`•••` was not there"
    assert asked.picture == Path("/evidence/01-hand-off.png")
    assert around.told == ["trace ended", "picture hand-off"]
    assert around.evidence.veiled
    assert around.notes == ["a person had the page for 0 s: they gave up"]


def test_all_hand_offs_of_a_run_share_its_time() -> None:
    around = Around(after(0.3))

    async def run() -> None:
        async with asyncio.timeout(9) as limit:
            by_hand = around.by_hand(limit)
            for _ in range(2):
                await by_hand.help(wish())

    run_fast(run())
    first, second = (asked.until for asked in around.asked)
    assert second < first
    assert first - second == pytest.approx(timedelta(seconds=0.3), abs=timedelta(seconds=0.2))


def test_a_page_is_not_handed_over_for_ever() -> None:
    around = Around(after(0))

    async def run() -> list[str | None]:
        async with asyncio.timeout(9) as limit:
            by_hand = around.by_hand(limit)
            return [await by_hand.help(wish()) for _ in range(MOST + 1)]

    assert run_fast(run()) == ["done"] * MOST + [None]


def test_how_its_owner_goes_on_by_hand() -> None:
    check = Seen("human_check")
    told = advice(check, "me") or ""
    assert told.startswith("sign in by hand with `kigen login me`, or in your own browser")
    in_vain = NeedsOwner("a check; a person was asked, and gave up")
    assert advice(in_vain, "me") is None
    in_vain.__cause__ = check
    assert advice(in_vain, "me") == advice(check, "me")
    assert advice(Missing("it"), "me") is None


@pytest.mark.parametrize("name", ["docomo", "softbank"])
def test_where_its_owner_goes_on_by_hand(name: str) -> None:
    flow = Library([shipped()]).load(name).flow
    address = continue_at(flow)
    assert address is not None
    assert flow.owns(address)


def test_nobody_to_be_asked_is_noted() -> None:
    async def nobody(_: Asked) -> Ended:
        raise NoPerson("127.0.0.1:8750 can't be listened on: Address already in use")

    around = Around(nobody)

    async def run() -> str | None:
        async with asyncio.timeout(9) as limit:
            return await around.by_hand(limit).help(wish())

    assert run_fast(run()) is None
    assert "8750" in around.notes[0]
