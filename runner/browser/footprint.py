"""How much memory a process takes, with all that it has started."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_KIB = 1024
_PROC = Path("/proc")


def footprint(pid: int, proc: Path = _PROC) -> int | None:
    """Bytes of a process and all below it; None where the system does not say.

    A browser's processes share most of their pages. Linux tells the share of each (`Pss` of
    `smaps_rollup`, proc(5)); elsewhere shared pages count for every process, by `ps`.
    """
    if not (proc / "self").exists():
        return _by_ps(pid)
    parents: dict[int, int] = {}
    for folder in proc.glob("[0-9]*"):
        with suppress(OSError, ValueError):  # it has just ended
            # The name stands in brackets and may hold anything; state and parent follow it.
            _, _, rest = (folder / "stat").read_text(errors="replace").rpartition(")")
            parents[int(folder.name)] = int(rest.split()[1])
    return sum(_resident(proc / str(one)) for one in family(pid, parents))


def family(pid: int, parents: Mapping[int, int]) -> set[int]:
    """A process and all below it. `parents`: the parent of each process."""
    found, new = {pid}, {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def _resident(folder: Path) -> int:
    with suppress(OSError):
        for line in (folder / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * _KIB
    return 0


def _by_ps(pid: int) -> int | None:
    try:
        done = subprocess.run(
            ["/bin/ps", "-axo", "pid=,ppid=,rss="],
            capture_output=True, text=True, timeout=10, check=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        rows = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
        parents = {one: parent for one, parent, _ in rows}
        kilobytes = {one: size for one, _, size in rows}
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return sum(kilobytes.get(one, 0) for one in family(pid, parents)) * _KIB
