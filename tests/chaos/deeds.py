"""What is done to a run, in its own process or to what belongs to it."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.browser.processes import descendants

LOCKER = """
import sqlite3, sys, time
ledger = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
ledger.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
"""
"""Another program that writes to the ledger's file, and takes its time."""
STORM = """
import os, signal, sys, time
pid = int(sys.argv[1])
for number in range(60):
    try:
        if number % 2:
            os.kill(pid, signal.SIGTERM)
        else:
            os.killpg(pid, signal.SIGINT)
    except ProcessLookupError:
        break
    time.sleep(0.01)
"""
"""A person who presses Ctrl-C again and again, which the terminal sends to all that is in the foreground,
and a system that is shutting down."""

_ahead = [timedelta()]


def now() -> datetime:
    """The time, by the clock of the machine that is attacked."""
    return datetime.now(UTC) + _ahead[0]


def set_clock_ahead(seconds: float) -> None:
    """By how much the machine's clock is wrong, until it is set anew."""
    _ahead[0] = timedelta(seconds=seconds)


def watch(_: float) -> None:
    """Nothing; that the instant was reached can be seen from outside."""


def kill(_: float) -> None:
    """The process is gone, as with a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_browser(_: float) -> None:
    """All of the browser's processes are gone, as when memory runs out."""
    _kill_below(lambda command: b"chrom" in command or b"headless" in command)


def kill_driver(_: float) -> None:
    """The driver between this process and the browser is gone."""
    _kill_below(lambda command: command.endswith(b"/node"))


def storm(_: float) -> None:
    """Ctrl-C and SIGTERM sixty times, ten milliseconds apart."""
    storm_on(os.getpid())


def storm_on(pid: int) -> None:
    """The same, for the process of a group."""
    _start(STORM, str(pid))


def lock(seconds: float) -> None:
    """Another process writes to the ledger for so long."""
    locker = _start(LOCKER, str(_home() / "ledger.db"), str(seconds))
    assert locker.stdout is not None
    assert locker.stdout.readline() == b"locked\n"


def fill_disk(_: float) -> None:
    """The disk that the ledger is on has no room left."""
    with (_home() / "ballast").open("wb", buffering=0) as ballast:
        size = 1 << 16
        while size:
            try:
                ballast.write(bytes(size))
            except OSError:
                size >>= 1


def refuse_writing(_: float) -> None:
    """No file takes another byte, as with a quota that is used up."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def stop(_: float) -> None:
    """The process stands still until it is woken, as when a computer is put to sleep."""
    os.kill(os.getpid(), signal.SIGSTOP)


DEEDS: Mapping[str, Callable[[float], None]] = {
    one.__name__.replace("_", " "): one
    for one in (
        watch,
        kill,
        kill_browser,
        kill_driver,
        storm,
        lock,
        fill_disk,
        refuse_writing,
        stop,
        set_clock_ahead,
    )
}


def _home() -> Path:
    return Path(os.environ["KIGEN_HOME"])


def _start(program: str, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *words], stdout=subprocess.PIPE, start_new_session=True
    )


def _kill_below(wanted: Callable[[bytes], bool]) -> None:
    killed = 0
    for pid in descendants(os.getpid()):
        with suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
            if wanted(command):
                os.kill(pid, signal.SIGKILL)
                killed += 1
    assert killed, "there was nothing to kill"
