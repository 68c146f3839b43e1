"""What a worker does after a run, and when it plays no more. Whole runs by workers are in tests/e2e."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from runner.cli.engine import Engine
from runner.cli.jobs import Answer, Job
from runner.cli.run import Played
from runner.cli.worker import _Worker


class Idle:
    """In place of driver and browsers."""

    async def tidy(self) -> None:
        pass


class Playing(_Worker):
    """Its run ends as it is told to, and leaves a task behind."""

    ends = Played(0, [], stopped=False)

    async def _command(self, job: Job, engine: Engine) -> Played:
        self.left = asyncio.ensure_future(asyncio.sleep(3600))
        return self.ends


def played(worker: Playing) -> Answer:
    """What it answers, once all is put away."""

    async def go() -> Answer:
        own: set[asyncio.Task[Any]] = asyncio.all_tasks()
        answer = await worker._play(Job("/nowhere", "docomo", {}), cast(Engine, Idle()), own)
        assert worker.left.cancelled()
        assert asyncio.all_tasks() == own
        return answer

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("code", "stopped", "last"), [(0, False, False), (4, False, True), (0, True, True)]
)
def test_nothing_is_left_of_a_run_and_only_a_good_one_is_followed_by_another(
    code: int, stopped: bool, last: bool
) -> None:
    worker = Playing(answers=1)
    worker.ends = Played(code, [], stopped)
    answer = played(worker)
    assert (answer.code, answer.last, answer.runs) == (code, last, 1)
