"""Looking at the tree of processes, as a person with `ps` would."""

import subprocess
import time
from collections.abc import Callable


def descendants(of: int) -> set[int]:
    """All processes below one, however deep; ended ones that nobody has collected don't count."""
    listed = subprocess.run(
        ["ps", "-axo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in listed.splitlines()]
    children: dict[int, list[int]] = {}
    for pid, parent, state in rows:
        if not state.startswith("Z"):
            children.setdefault(int(parent), []).append(int(pid))
    found: set[int] = set()
    waiting = [of]
    while waiting:
        below = children.get(waiting.pop(), [])
        found.update(below)
        waiting.extend(below)
    return found


def alive(pids: set[int]) -> set[int]:
    """Those of `pids` that still run."""
    if not pids:
        return set()
    listed = subprocess.run(
        ["ps", "-o", "pid=,stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True
    ).stdout
    rows = [line.split() for line in listed.splitlines()]
    return {int(pid) for pid, state in rows if not state.startswith("Z")}


def wait_until(what: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether something came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return what()
