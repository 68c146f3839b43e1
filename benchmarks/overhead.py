"""What Kigen costs beside a hand-written script and Robot Framework: one sign-in, four values read.

python benchmarks/overhead.py [--rounds 15] [--robot FOLDER]

README.md tells what is compared, and how.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from runner.browser.find import find
from runner.browser.launch import QUIET
from runner.browser.network import NetworkRules
from runner.sandbox import control
from runner.sandbox import start as sandbox

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ROBOT = ("robotframework-browser==20.6.0", "robotframework-browser-batteries==20.6.0")
KIGEN = ["-m", "runner"]
PLAY = ["run", "flow", "docomo", "--read-only"]
BARS = {"hand-written": 1.2, "robot": 0.65}


def main() -> int:
    """Measure, print, and give 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--robot", type=Path, default=ROOT / ".venv-robot", help="its own venv")
    options = parser.parse_args()
    for name in ("runner", "benchmarks"):
        compileall.compile_dir(ROOT / name, quiet=1)
    robot = install_robot(options.robot)
    with tempfile.TemporaryDirectory(prefix="kigen-benchmark-") as folder:
        home = Path(folder)
        with serving(home) as environment:
            play = contestants(home, environment, robot)
            times = measure(play, home, options.rounds)
            report(times)
            phases(home, environment, rounds=max(3, options.rounds // 3))
    return judge(times)


def install_robot(folder: Path) -> Path:
    """Robot Framework Browser in a venv of its own; made when it is missing."""
    program = folder / "bin" / "robot"
    if not program.exists():
        print(f"installing {', '.join(ROBOT)} into {folder} …", file=sys.stderr)
        venv.create(folder, with_pip=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", *ROBOT]
        subprocess.run(pip, check=True)
    compileall.compile_dir(folder / "lib", quiet=2)
    return program


@contextmanager
def serving(home: Path) -> Iterator[dict[str, str]]:
    """One sandbox for all; gives the environment with which all are started."""
    control.set_(home, "docomo", "two_step", "off")
    command = [sys.executable, "-m", "runner.sandbox", "serve", "--home", str(home)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        server.stdout.readline()
        address = sandbox.find(home)
        assert address is not None
        hosts = tuple((f"{host}:443", f"127.0.0.1:{address.port}") for host in address.hosts)
        secrets = control.secrets(home, "docomo")
        yield {
            **os.environ,
            "KIGEN_HOME": str(home),
            "KIGEN_WORKSPACE": str(ROOT),
            "BROWSER": str(find(None, False, os.environ).path),
            "BROWSER_ARGUMENTS": json.dumps(
                [*QUIET, *NetworkRules(hosts, address.pin).arguments()]
            ),
            "DOCOMO_ID": secrets["id"],
            "DOCOMO_PASSWORD": secrets["password"],
        }
    finally:
        server.terminate()
        server.wait()


def contestants(
    home: Path, environment: Mapping[str, str], robot: Path
) -> dict[str, Callable[[], None]]:
    """What is compared, by name: functions that play once."""
    own = workspace_with_variables(home / "workspace")
    by_hand = [sys.executable, str(HERE / "handwritten.py")]
    logs = ["--outputdir", str(home / "robot")]
    kigen = [sys.executable, *KIGEN, *PLAY]

    def plays(words: list[str], **more: str) -> Callable[[], None]:
        return lambda: run(words, {**environment, **more}, home)

    return {
        "kigen": plays(kigen),
        "kigen, credentials in variables": plays(kigen, KIGEN_WORKSPACE=str(own)),
        "hand-written": plays(by_hand),
        "robot": plays([str(robot), *logs, str(HERE / "handwritten.robot")]),
    }


def workspace_with_variables(folder: Path) -> Path:
    """The demonstration's workspace, but its credentials are where the other two have theirs."""
    for name in ("flows", "selectors"):
        shutil.copytree(ROOT / name, folder / name)
    text = (ROOT / "config.yaml").read_text()
    for name in ("id", "password"):
        command = f"{{command: [kigen, sandbox, secrets, docomo, {name}]}}"
        assert command in text
        text = text.replace(command, f"env:DOCOMO_{name.upper()}")
    (folder / "config.yaml").write_text(text)
    return folder


def run(words: list[str], environment: Mapping[str, str], folder: Path) -> None:
    """One whole process; one that fails ends the benchmark with what it said."""
    done = subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{words} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")


def measure(
    play: Mapping[str, Callable[[], None]], home: Path, rounds: int
) -> dict[str, list[float]]:
    """Seconds of each, alternating; the first round is not counted: it fills caches."""
    times: dict[str, list[float]] = {name: [] for name in play}
    for number in range(rounds + 1):
        for name, once in play.items():
            shutil.rmtree(home / "sessions", ignore_errors=True)
            began = time.perf_counter()
            once()
            if number:
                times[name].append(time.perf_counter() - began)
        print(f"\rround {number} of {rounds}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return times


def report(times: Mapping[str, list[float]]) -> None:
    """Medians, the middle half, and the ratio of kigen to each."""
    ours = statistics.median(times["kigen"])
    print(f"{'seconds, whole process':34} {'median':>6}  {'middle half':>13}  {'kigen is':>8}")
    for name, found in times.items():
        low, median, high = statistics.quantiles(found, n=4)
        print(f"{name:34} {median:6.2f}  {low:5.2f} … {high:5.2f}  {ours / median:6.2f} ×")


def judge(times: Mapping[str, list[float]]) -> int:
    """Hold the ratios against the bars."""
    ours, missed = statistics.median(times["kigen"]), 0
    for name, bar in BARS.items():
        ratio = ours / statistics.median(times[name])
        missed |= ratio > bar
        print(f"{'MISSED' if ratio > bar else 'met':6}  kigen / {name} = {ratio:.2f}, bar {bar}")
    return int(missed)


def phases(home: Path, environment: Mapping[str, str], rounds: int) -> None:
    """Where kigen's time goes: medians of several runs under a stopwatch."""
    marks_file = home / "marks.json"
    began_at: dict[str, list[float]] = {}
    lasted: dict[str, list[float]] = {}
    for _ in range(rounds):
        shutil.rmtree(home / "sessions", ignore_errors=True)
        started = time.time()
        run([sys.executable, str(HERE / "phases.py"), str(marks_file), *PLAY], environment, home)
        ended = time.time()
        marks = json.loads(marks_file.read_text())
        last = max(mark[2] for mark in marks)
        for part, began, end in [*marks, ("exit", last, ended)]:
            began_at.setdefault(part, []).append(began - started)
            lasted.setdefault(part, []).append(end - began)
    print("\nkigen's parts, in milliseconds (several go on at the same time)")
    print(f"{'part':20} {'begins':>7} {'lasts':>7}")
    for part in sorted(began_at, key=lambda part: statistics.median(began_at[part])):
        begins, lasts = (1000 * statistics.median(x[part]) for x in (began_at, lasted))
        print(f"{part:20} {begins:7.0f} {lasts:7.0f}")


if __name__ == "__main__":
    sys.exit(main())
