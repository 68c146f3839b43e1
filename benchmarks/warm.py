"""What a warm worker saves: runs in a worker of `kigen serve` beside runs in a process of their own.

python benchmarks/warm.py [--rounds 12]

Both read the practice portals of docomo and LINEMO with the session that holds, alternating; the time is
that from asking for a run to its answer. The first run of a worker is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE
from datetime import timedelta
from pathlib import Path

from loguru import logger
from resumed import ROOT, serving

from runner.cli.jobs import Job
from runner.cli.workers import Workers
from runner.config.home import Home
from runner.config.live import Settings
from runner.config.workspace import Workspace
from runner.flow.source import Texts

ACCOUNTS = ("docomo", "linemo")
BAR = 0.6
Times = dict[tuple[str, str], list[float]]


def main() -> int:
    """Measure, print, and give 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    rounds = parser.parse_args().rounds
    logger.remove()
    with tempfile.TemporaryDirectory(prefix="kigen-benchmark-") as folder:
        home = Path(folder)
        with serving(home) as environment:
            os.environ.update(environment)
            times, memory = asyncio.run(_measure(home, rounds))
    missed = False
    for account in ACCOUNTS:
        cold, warm = (statistics.median(times[how, account]) for how in ("process", "worker"))
        missed |= warm / cold > BAR
        print(f"{account:8} own process {cold:.2f} s, worker {warm:.2f} s: {warm / cold:.0%}")
    print(f"a worker takes {memory / 1e6:.0f} MB after its last run")
    print(f"{'MISSED' if missed else 'met'}: bar {BAR:.0%}")
    return int(missed)


async def _measure(home: Path, rounds: int) -> tuple[Times, int]:
    times: Times = {}
    texts = Settings(Workspace.open(ROOT)).workspace.texts
    async with Workers(Home(home), most=1) as workers:
        for number in range(rounds + 1):
            for account in ACCOUNTS:
                for how in ("process", "worker"):
                    began = time.perf_counter()
                    if how == "process":
                        await _own_process(account)
                    else:
                        memory = await _by_worker(workers, account, texts)
                    if number:
                        seconds = time.perf_counter() - began
                        times.setdefault((how, account), []).append(seconds)
    return times, memory


async def _own_process(account: str) -> None:
    words = ("-m", "runner", "--quiet", "run", "flow", account, "--read-only", "--json")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdin=DEVNULL, stdout=PIPE
    )
    await process.communicate()
    if process.returncode:
        sys.exit(f"{account} ended with {process.returncode}")


async def _by_worker(workers: Workers, account: str, texts: Texts) -> int:
    job = Job(str(ROOT), account, texts, due=False, read_only=True)
    answer = await workers.play(job, timedelta(minutes=5))
    if answer is None or answer.code:
        sys.exit(f"{account}: {answer}")
    return answer.memory or 0


if __name__ == "__main__":
    sys.exit(main())
