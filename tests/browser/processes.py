"""Looking at the tree of processes, as a person with `ps` would."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path


def descendants(of: int) -> set[int]:
    """All processes below one, however deep; ended ones that nobody has collected don't count."""
    children: dict[int, list[int]] = {}
    for pid, parent in running():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    waiting = [of]
    while waiting:
        below = children.get(waiting.pop(), [])
        found.update(below)
        waiting.extend(below)
    return found


def alive(pids: set[int]) -> set[int]:
    """Those of `pids` that still run."""
    return pids & {pid for pid, _ in running()}


def running() -> Iterator[tuple[int, int]]:
    """Every process with its parent. Minimal systems have no `ps`, macOS has no /proc."""
    if Path("/proc/self/stat").exists():
        for file in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, parent = file.read_text().rpartition(")")[2].split()[:2]
            except OSError:  # It has ended meanwhile.
                continue
            if state != "Z":
                yield int(file.parent.name), int(parent)
        return
    command = ["ps", "-axo", "pid=,ppid=,stat="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for pid, parent, state in (line.split() for line in listed.splitlines()):
        if not state.startswith("Z"):
            yield int(pid), int(parent)


def hears(pid: int, number: signal.Signals = signal.SIGTERM) -> bool:
    """Whether a process has a handler of its own for a signal; Python has none for SIGTERM. As Linux
    shows it."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    caught = next(line.split()[1] for line in lines if line.startswith("SigCgt:"))
    return bool(int(caught, 16) & 1 << number - 1)


def wait_until(what: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether something came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return what()
