"""How long commands take to begin: medians of alternating runs, beside a bare Python.

python benchmarks/start.py [RUNS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "python -c 'import sqlite3, hmac'": ["-c", "import sqlite3, hmac"],
    "kigen --help": ["-m", "runner", "--help"],
    "kigen --version": ["-m", "runner", "--version"],
    "kigen sandbox secrets docomo password": [
        "-m", "runner", "sandbox", "secrets", "docomo", "password",
    ],
    "kigen sandbox sms docomo": ["-m", "runner", "sandbox", "sms", "docomo"],
    "kigen run --help": ["-m", "runner", "run", "--help"],
    "kigen flows list": ["-m", "runner", "flows", "list"],
    "kigen status": ["-m", "runner", "status"],
}  # fmt: skip


def main() -> None:
    """Measure, and print milliseconds and the multiple of a bare Python."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "KIGEN_HOME": home}
        for name in COMMANDS:  # once unmeasured: files are compiled, the first state is made
            run(COMMANDS[name], environment)
        for _ in range(runs):
            for name, words in COMMANDS.items():
                began = time.perf_counter()
                run(words, environment)
                times[name].append(time.perf_counter() - began)
    bare = statistics.median(times["python -c pass"])
    for name, found in times.items():
        median = statistics.median(found)
        print(f"{median * 1000:7.1f} ms  {median / bare:5.1f} ×  {name}")


def run(words: list[str], environment: dict[str, str]) -> None:
    """One process, to its end."""
    subprocess.run([sys.executable, *words], env=environment, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main()
