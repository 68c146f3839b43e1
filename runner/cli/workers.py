"""The workers of `kigen serve`: processes that play runs, used again while that is of use."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from loguru import logger

from runner.cli.jobs import BEGUN, Answer, Job
from runner.config.home import Home

WORKER = ("-m", "runner.cli.worker")
_LONGEST_ANSWER = 64_000_000


@dataclass(frozen=True)
class Limits:
    """When a worker gives way to a new one.

    `idle`: what was missed comes in a row, half a minute to a minute and a half apart at one provider;
    ten minutes bridge that, and a line that is looked at once a day keeps no browser all day. `runs` and
    `age` bound what nobody has thought of. `memory`, bytes of all its processes: after a run they take
    some 300 million, so what is far above that has been lost somewhere. `farewell`: in so much a run
    ends that was told to.
    """

    idle: timedelta = timedelta(minutes=10)
    runs: int = 100
    age: timedelta = timedelta(hours=6)
    memory: int = 800_000_000
    farewell: timedelta = timedelta(minutes=1)


@dataclass(eq=False)
class _Worker:
    process: Process
    stamp: Hashable
    farewell: timedelta
    began: float = field(default_factory=monotonic)
    runs: int = 0
    ending: asyncio.TimerHandle | None = None

    async def play(self, job: Job) -> Answer | None:
        """Have a run played; None where the process ended, and told no more of it.

        Raises _NotTaken where it ended before it took the job.
        """
        jobs, answers = self.process.stdin, self.process.stdout
        assert jobs is not None and answers is not None  # noqa: S101, PT018  they were asked for
        with suppress(ConnectionError):
            jobs.write(job.line())
            await jobs.drain()
        if await answers.readline() != BEGUN:
            raise _NotTaken
        self.runs += 1
        try:
            return Answer.of(await answers.readline())
        except (ValueError, TypeError):
            return None

    async def end(self) -> None:
        """Tell it that there are no more jobs, and wait for its end."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        await self._ended()

    async def stop(self) -> None:
        """Have what it plays stopped in good order, and wait for its end."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        await self._ended()

    async def _ended(self) -> None:
        """Wait; what does not end is killed, and its browsers with it."""
        try:
            async with asyncio.timeout(self.farewell.total_seconds()):
                await self.process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()


class _NotTaken(Exception):
    """A worker ended before it took a job."""


class Workers:
    """At most `most` processes, begun when they are needed. Leaving the block ends them all."""

    def __init__(
        self,
        home: Home,
        *,
        most: int,
        limits: Limits | None = None,
        program: Sequence[str] = WORKER,
    ) -> None:
        self._home, self._limits, self._program = home, limits or Limits(), program
        self._free = asyncio.Semaphore(most)
        self._idle: list[_Worker] = []
        self._endings: set[asyncio.Task[None]] = set()

    async def play(self, job: Job, longest: timedelta, settings: Hashable = None) -> Answer | None:
        """Have a run played; None where nobody has told how it ended.

        After `longest`, or when this is cancelled, it is stopped in good order, and its process with
        it. Workers that were begun with other `settings` play it no more.
        """
        async with self._free:
            while True:
                worker = await self._take((settings, await asyncio.to_thread(_code)))
                logger.info("{}: played by process {}", job.account, worker.process.pid)
                try:
                    async with asyncio.timeout(longest.total_seconds()):
                        answer = await worker.play(job)
                except _NotTaken:
                    await worker.end()
                    if worker.runs:
                        continue  # it ended in its rest
                    return None
                except TimeoutError:
                    logger.error("{}: its run does not end; it is stopped", job.account)
                    await worker.stop()
                    return None
                except asyncio.CancelledError:
                    await worker.stop()
                    raise
                await self._put_back(worker, answer)
                return answer

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in list(self._idle):
            self._dismiss(worker)
        if self._endings:
            await asyncio.wait(self._endings)

    async def _take(self, stamp: Hashable) -> _Worker:
        """The worker that played last, if it is as it should be; else a new one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.ending is not None:
                worker.ending.cancel()
            if worker.stamp == stamp and worker.process.returncode is None:
                return worker
            await worker.end()
        if self._endings:  # with those that end just now, there would be too many
            await asyncio.wait(self._endings)
        return await self._begin(stamp)

    async def _begin(self, stamp: Hashable) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *self._program,
            stdin=PIPE, stdout=PIPE, limit=_LONGEST_ANSWER,
            env={**os.environ, "KIGEN_HOME": str(self._home.folder)},
            start_new_session=True,  # Ctrl-C is for the daemon, which lets runs end
        )  # fmt: skip
        return _Worker(process, stamp, self._limits.farewell)

    async def _put_back(self, worker: _Worker, answer: Answer | None) -> None:
        """Keep a worker for the next run, for a while; or have it end."""
        why = "it has died" if answer is None else self._used_up(worker, answer)
        if why is None:
            rest = self._limits.idle.total_seconds()
            worker.ending = asyncio.get_running_loop().call_later(rest, self._dismiss, worker)
            self._idle.append(worker)
            return
        logger.info("process {} ends: {}", worker.process.pid, why)
        await worker.end()

    def _used_up(self, worker: _Worker, answer: Answer) -> str | None:
        """Why a worker plays no more."""
        limits = self._limits
        checks: dict[str, Callable[[], bool]] = {
            "its run did not end well": lambda: answer.last,
            "it has played enough": lambda: answer.runs >= limits.runs,
            "it is old": lambda: monotonic() - worker.began >= limits.age.total_seconds(),
            "it takes too much memory": lambda: (answer.memory or 0) >= limits.memory,
        }
        return next((why for why, true in checks.items() if true()), None)

    def _dismiss(self, worker: _Worker) -> None:
        """Have an idle worker end, while nobody waits for it."""
        self._idle.remove(worker)
        if worker.ending is not None:
            worker.ending.cancel()
        task = asyncio.ensure_future(worker.end())
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)


def _code() -> Hashable:
    """What tells two versions of the program apart, and of the libraries beside Playwright: a worker
    that has loaded an old one must not load parts of a new one."""
    package = Path(__file__).parents[1]
    try:
        files = frozenset((str(file), file.stat().st_mtime_ns) for file in package.rglob("*.py"))
    except OSError:  # it is being exchanged just now
        return object()
    spec = importlib.util.find_spec("playwright")
    libraries = Path(spec.origin).parents[1].stat().st_mtime_ns if spec and spec.origin else None
    return files, libraries
