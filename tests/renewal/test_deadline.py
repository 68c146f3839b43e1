"""A run's deadline counts the machine's own time; what its owner was promised is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from runner.config.model import Account
from runner.ledger.ledger import Ledger
from runner.notify.events import Event
from runner.page.problems import NeedsOwner
from runner.renewal.deadline import GRACE, OWNERS_TIME, Deadline
from tests.page.conftest import Practice, loop_runner, practice, practice_browser, served
from tests.renewal.conftest import Clock
from tests.renewal.shop import FLOW, NAMES, Owner, owner_of
from tests.schedule.fast_loop import run_fast

__all__ = ["loop_runner", "practice", "practice_browser", "served"]
OWN = 300.0
"""Seconds that a run may take of its own."""
WITHIN = 600.0
MOST = OWNERS_TIME.total_seconds()
Play = Callable[[Deadline], Coroutine[Any, Any, None]]


def played(play: Play, leased: list[float] | None = None) -> float:
    """Play in a run's time; gives the seconds that it took. Raises TimeoutError where it was cut off."""
    told = [] if leased is None else leased

    async def run() -> float:
        lease: Any = SimpleNamespace(renew=told.append)
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.timeout(OWN) as limit:
            await play(Deadline(limit, lease, lambda seconds: told.append(seconds)))
        return loop.time() - began

    return run_fast(run())


async def wait(deadline: Deadline, within: float, takes: float) -> None:
    async with deadline.for_owner(within):
        await asyncio.sleep(takes)


@pytest.mark.parametrize("before", [0, OWN - 1])
def test_the_owner_has_the_time_that_they_were_promised(before: float) -> None:
    async def play(deadline: Deadline) -> None:
        await asyncio.sleep(before)
        await wait(deadline, WITHIN, WITHIN)

    leased: list[float] = []
    assert played(play, leased) == pytest.approx(before + WITHIN)
    assert leased == pytest.approx([OWN - before + WITHIN + GRACE, OWN - before + WITHIN])


@pytest.mark.parametrize("takes", [1, WITHIN])
@pytest.mark.parametrize("own", [OWN - 2, OWN + 2])
def test_afterwards_the_deadline_counts_on(takes: float, own: float) -> None:
    async def play(deadline: Deadline) -> None:
        await wait(deadline, WITHIN, takes)
        await asyncio.sleep(own)

    if own < OWN:
        assert played(play) == pytest.approx(takes + own)
    else:
        with pytest.raises(TimeoutError):
            played(play)


def test_a_wait_that_does_not_end_in_its_time_goes_at_the_runs_own() -> None:
    async def play(deadline: Deadline) -> None:
        await wait(deadline, WITHIN, WITHIN + OWN - 2)
        await asyncio.sleep(1)

    assert played(play) == pytest.approx(WITHIN + OWN - 1)

    async def hangs(deadline: Deadline) -> None:
        await wait(deadline, WITHIN, WITHIN + OWN + 2)

    with pytest.raises(TimeoutError):
        played(hangs)


@pytest.mark.parametrize("own", [OWN - 2, OWN + 2])
def test_a_code_in_the_middle_of_a_wait_is_counted_once(own: float) -> None:
    async def play(deadline: Deadline) -> None:
        async with deadline.for_owner(WITHIN):
            await asyncio.sleep(WITHIN)
            await wait(deadline, 120, 100)
        await asyncio.sleep(own)

    if own < OWN:
        assert played(play) == pytest.approx(WITHIN + 100 + own)
    else:
        with pytest.raises(TimeoutError):
            played(play)


def test_all_waits_of_a_run_have_an_end() -> None:
    given: list[float] = []

    async def play(deadline: Deadline) -> None:
        while True:
            async with deadline.for_owner(MOST * 0.4) as seconds:
                given.append(seconds)
                await asyncio.sleep(seconds)

    with pytest.raises(NeedsOwner, match="long enough"):
        played(play)
    assert given == pytest.approx([MOST * 0.4, MOST * 0.4, MOST * 0.2])


def test_time_that_the_owner_did_not_need_is_left_for_the_next_wait() -> None:
    async def play(deadline: Deadline) -> None:
        for _ in range(100):
            await wait(deadline, WITHIN, 1)
        async with deadline.for_person(WITHIN):  # has a time of its own
            await asyncio.sleep(WITHIN)
        async with deadline.for_owner(MOST) as seconds:
            assert seconds == pytest.approx(MOST - 100)

    played(play)


@pytest.fixture
def owner(practice: Practice, ledger: Ledger, clock: Clock) -> Owner:
    owner = owner_of(practice, ledger, clock)
    asks = """read:
  - goto: https://practice.example.jp/
  - click: ask
  - wait_for_owner: {until: {visible: until}, tell: Approve it., within: 10 minutes}
"""
    flow = FLOW.replace("read:\n  - goto: https://practice.example.jp/\n", asks)
    practice.flow(flow % {"type": "", "pay_with": ""}, NAMES + "ask: {role: button, name: 表示}\n")
    return owner


def test_a_run_tells_its_owner_its_lease_and_the_ledger_the_same(owner: Owner) -> None:
    """The flow's ten minutes, in a run of two."""
    inside, told = owner.shop.top({}), list[Event]()
    pages = owner.practice.site.pages
    pages["/"] = f"ログアウト <div id=here></div><button onclick='look()'>表示</button>{LOOK}"
    pages["/inside"] = lambda _: inside if told else "まだです"

    async def call(event: Event, account: Account) -> None:
        told.append(event)
        until, run = event.until, owner.ledger.runs.last(account.name)
        assert run is not None
        assert until is not None
        early = timedelta(seconds=5)  # what the run has taken so far, and its clock's own steps
        assert timedelta(minutes=10) - early < until - owner.clock() <= timedelta(minutes=10)
        assert run.deadline_at > until
        owner.clock.move(minutes=9)
        assert account.name in owner.ledger.leases.held()
        owner.clock.move(minutes=3)
        assert account.name in owner.ledger.leases.held(), "to the end of its own two minutes"

    owner.call_owner = call
    owner.run("read_only", read_only=True)
    assert len(told) == 1


LOOK = """<script>
const look = () => fetch('/inside').then(answer => answer.text()).then(html => {
  if (html.includes('until')) here.innerHTML = html; else setTimeout(look, 100)
})</script>"""
