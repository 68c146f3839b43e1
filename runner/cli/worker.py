"""A worker of `kigen serve`: plays one run after another in one process, with a browser that stays.

Jobs come on standard input, answers go to standard output, a line each. When nobody can write a job any
more, it ends: at once, or after the run that is being played. However it ends, its driver and its
browsers end with it.

A run finds nothing of the one before but what is loaded and what is started: settings and flows come
with its job, and its page has a context of its own. Only a run that ended well is followed by another:
whatever went wrong ends with its worker.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import signal
import sys
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.browser.early import begun
from runner.cli import stopping
from runner.cli.jobs import BEGUN, Answer, Job
from runner.cli.one_heap import one_heap

if TYPE_CHECKING:
    from runner.cli.engine import Engine
    from runner.cli.run import Played

_LONGEST_JOB = 256_000_000
"""Bytes: a thousand accounts and all flows take a few million."""
_LEAVING = 10.0
"""Seconds that what a run has left undone has to end, once it is told to."""


def main() -> int:
    """Take jobs until there are no more; gives the exit code."""
    jobs, answers = _channels()
    gc.set_threshold(200_000, 20, 20)  # what is imported is no garbage
    one_heap()
    with stopping.listening(to_the_end=True):
        return asyncio.run(_Worker(answers).work(jobs))


class _Worker:
    def __init__(self, answers: int) -> None:
        self._answers = answers
        self._runs = 0
        self._told_to_end = asyncio.Event()

    async def work(self, jobs: int) -> int:
        """Play until there are no more jobs. A signal ends this process; a run that is played hears
        of it in its place, and is stopped in order."""
        async with AsyncExitStack() as stack:
            stack.enter_context(stopping.hearing_in_loop(lambda _: self._told_to_end.set()))
            early = begun(stack, os.environ)
            from runner.cli.engine import Engine

            engine = await Engine.begin(stack, early, stays=True)
            reader = await _reader(jobs)
            await asyncio.gather(engine.ready(), asyncio.to_thread(_load))
            own = asyncio.all_tasks()
            while (line := await self._next(reader)) and (early is None or early.lives):
                self._say(BEGUN)
                answer = await self._play(Job.of(line), engine, own)
                self._say(answer.line())
                if answer.last:
                    break
        return 0

    async def _next(self, jobs: asyncio.StreamReader) -> bytes:
        """The next job; nothing where there are no more."""
        line = asyncio.ensure_future(jobs.readline())
        told = asyncio.ensure_future(self._told_to_end.wait())
        await asyncio.wait({line, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if self._told_to_end.is_set():
            line.cancel()
            return b""
        return await line

    async def _play(self, job: Job, engine: Engine, own: set[asyncio.Task[Any]]) -> Answer:
        from runner.browser.footprint import footprint

        self._runs += 1
        code, found, stopped = await self._outcome(job, engine)
        await _leave_nothing(own)
        await engine.tidy()
        gc.collect()
        return Answer(
            code, found, await asyncio.to_thread(footprint, os.getpid()), self._runs,
            last=bool(code) or stopped or self._told_to_end.is_set(),
        )  # fmt: skip

    async def _outcome(self, job: Job, engine: Engine) -> tuple[int, Any, bool]:
        from runner.cli.errors import report

        try:
            played = await asyncio.create_task(self._command(job, engine))
        except Exception as error:
            return report(error, ["run"]), [], True
        except asyncio.CancelledError:  # told to stop when all but the last moment was over
            return 128 + signal.SIGTERM, [], True
        return played.code, played.found, played.stopped

    async def _command(self, job: Job, engine: Engine) -> Played:
        from runner.cli.redaction import REDACTOR
        from runner.cli.run import Request, play
        from runner.config.home import home

        REDACTOR.begin_anew()
        request = Request(
            Path(job.workspace), home(os.environ), REDACTOR, account=job.account, due=job.due,
            dry_run=job.dry_run, read_only=job.read_only, as_json=True, quiet=True, level="error",
            texts=job.texts,
        )  # fmt: skip
        return await play(request, engine)

    def _say(self, line: bytes) -> None:
        """To `serve`, if it is there still."""
        with suppress(BrokenPipeError):
            while line:
                line = line[os.write(self._answers, line) :]


def _channels() -> tuple[int, int]:
    """Where jobs come from and answers go to. Whatever else reads or prints in this process, or in
    those that it starts, finds nothing and disturbs nothing."""
    jobs, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return jobs, answers


async def _reader(jobs: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=_LONGEST_JOB)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(jobs, "rb", buffering=0)
    )
    return reader


def _load() -> None:
    """Load what every run needs, while the driver comes up."""
    for name in (
        "runner.cli.run",
        "runner.cli.browsers",
        "runner.cli.wiring",
        "runner.ledger.ledger",
    ):
        importlib.import_module(name)


async def _leave_nothing(own: set[asyncio.Task[Any]]) -> None:
    """What a run began beside itself ends with it, as it does where its process ends."""
    left = asyncio.all_tasks() - own
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=_LEAVING)


if __name__ == "__main__":
    sys.exit(main())
