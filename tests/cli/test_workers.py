"""Workers are used again while that is of use; what ends, hangs or grows is replaced."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runner.cli.jobs import Answer, Job
from runner.cli.workers import Limits, Workers
from runner.config.home import Home
from tests.browser.processes import alive, wait_until

STAND_IN = """
import json, os, signal, sys, time
if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
def say(**words):
    print(json.dumps(words), flush=True)
runs = 0
for line in sys.stdin:
    job = json.loads(line)
    open(os.path.join(job["workspace"], "pids"), "a").write(f"{os.getpid()}\\n")
    if job["account"] == "never" or (job["account"] == "tired" and runs):
        sys.exit()
    say(begun=True)
    runs += 1
    open(os.path.join(job["workspace"], "begun"), "a").write(job["account"] + "\\n")
    while job["account"] == "meets" and open(os.path.join(job["workspace"], "begun")).read().count("meets") < 2:
        time.sleep(0.01)
    if job["account"] == "dies":
        sys.exit(1)
    if job["account"] == "hangs":
        time.sleep(600)
    found = {"outcome": "read_only", "message": "well", "pid": os.getpid()}
    memory = 900_000_000 if job["account"] == "grows" else 1000
    code = 4 if job["account"] == "badly" else 0
    say(code=code, found=found, memory=memory, runs=runs, last=code > 0)
    if job["account"] == "leaves":
        sys.exit()
"""
"""Speaks as a worker does; the account's name says what becomes of the run."""
LONG = timedelta(minutes=2)
QUICK = Limits(farewell=timedelta(seconds=0.2))


class Pool:
    """A pool of stand-ins."""

    def __init__(self, folder: Path, workers: Workers) -> None:
        self.folder, self.workers = folder, workers
        self.seen: set[int] = set()

    @property
    def all(self) -> set[int]:
        """Every process that was asked for a run."""
        file = self.folder / "pids"
        return {int(line) for line in file.read_text().split()} if file.exists() else set()

    async def play(self, account: str, settings: str = "", longest: timedelta = LONG) -> int | None:
        """The process that has played it."""
        job = Job(str(self.folder), account, {})
        answer = await self.workers.play(job, longest, settings)
        if answer is None:
            return None
        pid = int(answer.found["pid"])
        self.seen.add(pid)
        return pid

    async def begun(self, account: str) -> None:
        file = self.folder / "begun"
        assert await asyncio.to_thread(
            wait_until, lambda: file.exists() and account in file.read_text()
        )


@pytest.fixture
def pool(tmp_path: Path) -> Callable[..., None]:
    def run(
        play: Callable[[Pool], Awaitable[None]],
        limits: Limits = QUICK,
        most: int = 1,
        words: tuple[str, ...] = (),
    ) -> None:
        async def go() -> None:
            workers = Workers(
                Home(tmp_path), most=most, limits=limits, program=("-SEc", STAND_IN, *words)
            )
            found = Pool(tmp_path, workers)
            async with asyncio.timeout(60), workers:
                await play(found)
            assert not alive(found.all), "all of them end with the pool"

        asyncio.run(go())

    return run


def test_a_worker_plays_again_and_again(pool: Any) -> None:
    async def play(pool: Pool) -> None:
        assert len({await pool.play("well") for _ in range(3)}) == 1
        (pid,) = pool.seen
        assert os.getsid(pid) == pid, "Ctrl-C at the terminal is not for it"

    pool(play)


def test_two_at_a_time_are_two_processes_and_no_more_are_begun(pool: Any) -> None:
    async def play(pool: Pool) -> None:
        await asyncio.gather(*(pool.play("meets") for _ in range(2)))
        assert len(pool.seen) == 2
        await asyncio.gather(*(pool.play("well") for _ in range(4)))
        assert len(pool.seen) == 2

    pool(play, most=2)


@pytest.mark.parametrize("account", ["badly", "grows"])
def test_what_did_not_end_well_or_takes_too_much_ends_the_worker(pool: Any, account: str) -> None:
    async def play(pool: Pool) -> None:
        first = await pool.play(account)
        assert first is not None
        assert not alive({first}), "the next one begins after the old has ended"
        assert await pool.play("well") != first

    pool(play)


@pytest.mark.parametrize("limits", [replace(QUICK, runs=2), replace(QUICK, age=timedelta(0))])
def test_a_worker_that_is_old_or_has_played_enough_is_replaced(pool: Any, limits: Limits) -> None:
    async def play(pool: Pool) -> None:
        played = [await pool.play("well") for _ in range(4)]
        assert len(set(played)) == (2 if limits.runs == 2 else 4)

    pool(play, limits)


def test_an_idle_worker_ends_after_a_while(pool: Any) -> None:
    async def play(pool: Pool) -> None:
        first = await pool.play("well")
        assert await asyncio.to_thread(wait_until, lambda: not alive(pool.seen))
        assert await pool.play("well") != first

    pool(play, replace(QUICK, idle=timedelta(seconds=0.05)))


def test_other_settings_want_another_worker(pool: Any) -> None:
    async def play(pool: Pool) -> None:
        first = await pool.play("well", "headed: false")
        assert await pool.play("well", "headed: true") != first
        assert first is not None
        assert not alive({first})

    pool(play)


def test_one_that_died_in_its_rest_is_not_noticed(pool: Any) -> None:
    async def play(pool: Pool) -> None:
        first = await pool.play("leaves")
        assert await pool.play("well") not in (None, first)
        second = await pool.play("well")
        assert second is not None
        os.kill(second, signal.SIGKILL)
        assert await pool.play("well") not in (None, second)

    pool(play)


def test_one_that_ends_before_it_takes_a_run_is_replaced(pool: Any) -> None:
    async def play(pool: Pool) -> None:
        first = await pool.play("well")
        assert await pool.play("tired") not in (None, first)

    pool(play)


def test_one_that_dies_in_a_run_has_no_outcome_and_is_not_asked_twice(pool: Any) -> None:
    async def play(pool: Pool) -> None:
        assert await pool.play("dies") is None
        assert (pool.folder / "begun").read_text() == "dies\n"
        assert await pool.play("well") is not None

    pool(play)


def test_one_that_cannot_begin_at_all_is_not_begun_for_ever(pool: Any) -> None:
    async def play(pool: Pool) -> None:
        assert await pool.play("never") is None

    pool(play)


@pytest.mark.parametrize("words", [(), ("deaf",)])
def test_a_run_that_does_not_end_is_stopped_with_its_process(
    pool: Any, words: tuple[str, ...]
) -> None:
    async def play(pool: Pool) -> None:
        assert await pool.play("hangs", longest=timedelta(seconds=0.3)) is None
        assert not alive(pool.all)
        assert await pool.play("well") is not None

    pool(play, words=words)


def test_a_run_that_is_cancelled_is_stopped_and_waited_for(pool: Any) -> None:
    async def play(pool: Pool) -> None:
        first = await pool.play("well")
        task = asyncio.ensure_future(pool.play("hangs"))
        await pool.begun("hangs")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert first is not None
        assert not alive({first})

    pool(play)


def test_jobs_and_answers_are_lines() -> None:
    job = Job("/a folder/with\nlines", "祖母", {"config.yaml": "a: |\r\n  é\u2028"}, dry_run=True)
    assert job.line().count(b"\n") == 1
    assert Job.of(job.line()) == job
    found = [{"outcome": "renewed", "message": "until\n2026-12-01"}]
    answer = Answer(0, found, None, 3, last=False)
    assert answer.line().count(b"\n") == 1
    assert Answer.of(answer.line()) == answer
    assert answer.told == "renewed: until\n2026-12-01"
    with pytest.raises((ValueError, TypeError)):
        Answer.of(json.dumps({"code": 0}).encode())
