"""What a saved session saves: runs that sign in beside runs whose session still holds.

python benchmarks/resumed.py [--rounds 11]

Both are whole processes of `kigen run flow docomo --read-only` on the practice portal, alternating. A
run that signs in starts without a session but on a trusted device, so it types ID and password; one
that must also ask for a code is measured too. The driver's and the browser's own start is measured
beside them: no run can take less. The last column is what the run itself counts, from taking the
account to its outcome: without the start of Python, driver and browser, and without their end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner.sandbox import control

ROOT = Path(__file__).resolve().parent.parent
PLAY = [sys.executable, "-m", "runner", "run", "flow", "docomo", "--read-only"]
FLOOR = """
import asyncio, os
from runner.browser.find import find
from runner.browser.launch import launch, start_driver
async def main():
    driver = await start_driver()
    browser = await launch(driver, find(None, False, os.environ), headed=False)
    await (await browser.new_context()).new_page()
    await browser.close()
    await driver.stop()
asyncio.run(main())
"""
BAR = 0.45


def main() -> int:
    """Measure, print, and give 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="kigen-benchmark-") as folder:
        home = Path(folder)
        with serving(home) as environment:
            times, own = measure(home, environment, rounds)
    for name, found in times.items():
        low, median, high = statistics.quantiles(found, n=4)
        run = f"{statistics.median(own[name]):6.2f} s" if name in own else ""
        print(f"{name:24} {median:6.2f} s   middle half {low:5.2f} … {high:5.2f} {run}")
    resumed = statistics.median(times["resumed"])
    ratio = resumed / statistics.median(times["signs in, with a code"])
    for name in ("signs in", "signs in, with a code"):
        counted = statistics.median(own["resumed"]) / statistics.median(own[name])
        print(
            f"resumed / {name}: {resumed / statistics.median(times[name]):.0%}, "
            f"by what the runs count {counted:.0%}"
        )
    print(f"{'MISSED' if ratio > BAR else 'met'}: bar {BAR:.0%}, against a sign-in with a code")
    return int(ratio > BAR)


@contextmanager
def serving(home: Path) -> Iterator[dict[str, str]]:
    """The practice portal, served for all; gives the environment of the runs."""
    control.set_(home, "docomo", "fresh")
    command = [sys.executable, "-m", "runner.sandbox", "serve", "--home", str(home)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        server.stdout.readline()
        yield {**os.environ, "KIGEN_HOME": str(home), "KIGEN_WORKSPACE": str(ROOT)}
    finally:
        server.terminate()
        server.wait()


def measure(
    home: Path, environment: dict[str, str], rounds: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds of each kind, alternating, and what the runs themselves counted; the first round fills
    caches and is not counted."""
    times: dict[str, list[float]] = {}
    own: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for name, folders in (
            ("signs in, with a code", ("sessions", "devices")),
            ("resumed", ()),
            ("signs in", ("sessions",)),
        ):
            for folder in folders:
                shutil.rmtree(home / folder, ignore_errors=True)
            seconds = play(PLAY, environment, home)
            before = "signed in" if folders else "the session still held"
            assert before in seconds[1], seconds[1]
            if number:
                times.setdefault(name, []).append(seconds[0])
                own.setdefault(name, []).append(counted_by_run(home))
        floor = play([sys.executable, "-c", FLOOR], environment, home)[0]
        if number:
            times.setdefault("browser alone", []).append(floor)
        print(f"\rround {number} of {rounds}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return times, own


def counted_by_run(home: Path) -> float:
    """The seconds that the last run has in the ledger."""
    ledger = sqlite3.connect(home / "ledger.db")
    (seconds,) = ledger.execute("SELECT seconds FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    ledger.close()
    return float(seconds)


def play(command: list[str], environment: dict[str, str], folder: Path) -> tuple[float, str]:
    """One whole process; gives its seconds and what it said."""
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return seconds, done.stdout


if __name__ == "__main__":
    sys.exit(main())
