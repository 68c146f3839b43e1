"""Workers with real runs: the browser stays warm, its death costs at most one run, and nothing stays."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runner.browser.footprint import footprint
from runner.browser.scratch import IN_MEMORY
from runner.cli.jobs import Answer, Job
from runner.cli.workers import Workers
from runner.config.home import Home
from runner.config.live import Settings
from runner.config.workspace import Workspace
from tests.browser.processes import descendants, wait_until
from tests.e2e.world import CODES, World

LONG = timedelta(minutes=3)
MEGABYTE = 1_000_000
GONE = ("failed", "unreachable")
"""How a run ends that has lost its browser."""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="this looks at processes as Linux shows them"
)


class Warm:
    """One worker at a time, and what is seen of it from outside."""

    def __init__(self, world: World, workers: Workers) -> None:
        self.world, self.workers = world, workers

    def job(self, **asked: Any) -> Job:
        """A run by what config.yaml says now, and not by what it says when the run is played."""
        folder = self.world.write()
        texts = Settings(Workspace.open(folder)).workspace.texts
        (folder / "config.yaml").write_text("accounts: [")
        return Job(str(folder), self.world.name, texts, due=False, **asked)

    async def ask(self, **asked: Any) -> Answer:
        answer = await self.workers.play(self.job(**asked), LONG)
        assert answer is not None
        return answer

    async def run(self, expected: str, **asked: Any) -> Answer:
        answer = await self.ask(**asked)
        assert (answer.found["outcome"], answer.code) == (expected, CODES[expected]), answer.told
        return answer

    @property
    def worker(self) -> int:
        return self.one("runner.cli.worker")

    @property
    def browser(self) -> int:
        """The browser itself, which has started all its other processes."""
        return self.one("--remote-debugging-pipe")

    @property
    def driver(self) -> int:
        return self.one("run-driver")

    @property
    def portals(self) -> int:
        return self.one("--exit-with-parent")

    def one(self, word: str) -> int:
        found = [pid for pid in descendants(os.getpid()) - self.world.before if word in _words(pid)]
        assert len(found) == 1, (word, found)
        return found[0]

    async def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        assert await asyncio.to_thread(wait_until, lambda: pid not in descendants(os.getpid()))


def _words(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return []


def _number_of(pid: int, what: str) -> int:
    """Its open files (fd), its threads (task)."""
    return len([*Path(f"/proc/{pid}/{what}").iterdir()])


def warm(world: World, play: Callable[[Warm], Awaitable[None]]) -> None:
    async def go() -> None:
        async with Workers(Home(world.home), most=1) as workers:
            await play(Warm(world, workers))

    asyncio.run(go())
    world.nothing_runs()


def test_a_run_after_the_browser_died_has_a_new_one_and_pays_as_ever(world: World) -> None:
    world.top["evidence"] = {"trace": "always"}
    world.config["policy"]["when"] = "days_left <= 30"

    async def play(warm: Warm) -> None:
        await warm.run("read_only", read_only=True)
        worker, browser = warm.worker, warm.browser
        assert not traced(worker)
        await warm.kill(browser)
        answer = await warm.run("renewed")
        assert (warm.worker, answer.runs) == (worker, 2)
        assert warm.browser != browser
        assert not traced(worker)

    warm(world, play)
    assert len(world.charges) == 1


def traced(worker: int) -> list[Path]:
    """What lies in the places for traces, which hold secrets as long as they are there."""
    folders = IN_MEMORY.glob("kigen-scratch-*")
    return [file for folder in folders for file in folder.iterdir() if file.name != "lock"]


@pytest.mark.nightly
def test_the_same_browser_plays_run_after_run(world: World) -> None:
    async def play(warm: Warm) -> None:
        await warm.run("read_only", read_only=True)
        processes = (warm.worker, warm.driver, warm.browser)
        await warm.run("renewed")
        await warm.run("nothing_due")
        assert (warm.worker, warm.driver, warm.browser) == processes

    world.config["policy"]["when"] = "data_left < 1 GB"
    warm(world, play)
    assert len(world.charges) == 1


@pytest.mark.nightly
def test_a_dead_driver_ends_its_worker(world: World) -> None:
    async def play(warm: Warm) -> None:
        await warm.run("read_only", read_only=True)
        worker = warm.worker
        await warm.kill(warm.driver)
        await warm.run("read_only", read_only=True)
        assert warm.worker != worker

    warm(world, play)


@pytest.mark.nightly
def test_a_browser_that_hangs_is_replaced(world: World) -> None:
    async def play(warm: Warm) -> None:
        await warm.run("read_only", read_only=True)
        browser = warm.browser
        os.kill(browser, signal.SIGSTOP)
        await warm.run("read_only", read_only=True)
        os.kill(browser, signal.SIGKILL)

    warm(world, play)


@pytest.mark.nightly
@pytest.mark.parametrize("part", ["browser", "driver", "worker"])
def test_what_dies_in_a_run_costs_this_run_only(world: World, part: str) -> None:
    async def play(warm: Warm) -> None:
        await warm.run("read_only", read_only=True)
        world.fault("slow", seconds=4)
        job = warm.job(read_only=True)
        running = asyncio.ensure_future(warm.workers.play(job, LONG))
        assert await asyncio.to_thread(wait_until, lambda: world.hits() > 0)
        await warm.kill(getattr(warm, part))
        answer = await running
        assert (answer is None) == (part == "worker")
        assert answer is None or answer.found["outcome"] in GONE, answer
        world.clear()
        await warm.run("read_only", read_only=True)

    warm(world, play)
    with world.ledger() as ledger:
        ended = [run.outcome for run in ledger.runs.list(world.name)]
    assert ended[0] == ended[-1] == "read_only"
    assert ended[1] in (*GONE, None)


@pytest.mark.nightly
def test_a_run_told_to_stop_stops_in_good_order(world: World) -> None:
    async def play(warm: Warm) -> None:
        await warm.run("read_only", read_only=True)
        world.fault("slow", seconds=4)
        job = warm.job(read_only=True)
        running = asyncio.ensure_future(warm.workers.play(job, LONG))
        assert await asyncio.to_thread(wait_until, lambda: world.hits() > 0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not descendants(os.getpid()) - world.before

    warm(world, play)
    with world.ledger() as ledger:
        last = ledger.runs.last(world.name)
    assert last is not None
    assert last.outcome == "failed"


@pytest.mark.nightly
def test_portals_that_come_and_go_are_noticed(lonely: World) -> None:
    async def play(warm: Warm) -> None:
        await warm.run("read_only", read_only=True)
        own = warm.portals
        words = ("-m", "runner.sandbox", "serve", "--home", str(lonely.home))
        server = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=PIPE)
        assert server.stdout is not None
        assert await server.stdout.readline()
        lonely.fault("maintenance")
        await warm.run("maintenance", read_only=True)
        lonely.clear()
        await warm.run("read_only", read_only=True)
        assert server.returncode is None
        server.terminate()
        await server.wait()
        await warm.run("read_only", read_only=True)
        assert warm.portals != own, "its worker had ended with the maintenance"
        await warm.kill(warm.portals)
        await warm.run("read_only", read_only=True)

    warm(lonely, play)


@pytest.mark.nightly
def test_thirty_runs_leave_nothing_that_grows(world: World) -> None:
    async def play(warm: Warm) -> None:
        seen = []
        for _ in range(30):
            answer = await warm.run("read_only", read_only=True)
            worker = warm.worker
            seen.append(
                (
                    answer.memory or 0,
                    footprint(worker) or 0,
                    _number_of(worker, "fd"),
                    _number_of(worker, "task"),
                    len(descendants(worker)),
                )
            )
        early, late = seen[9], seen[-1]
        assert answer.runs == 30
        assert late[0] - early[0] < 40 * MEGABYTE, seen
        assert late[2] <= early[2], seen
        assert late[3] <= early[3] + 1, seen
        assert late[4] <= early[4] + 1, seen

    warm(world, play)
    logs = (world.home / "logs" / "kigen.jsonl").read_text().splitlines()
    assert len(logs) == len(set(logs)), "no line is written twice"
