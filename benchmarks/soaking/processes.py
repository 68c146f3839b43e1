"""What the processes below one are, and what they take, as /proc tells. Linux only."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `began`: clock ticks since the machine's start, which tells two of one number apart."""

    pid: int
    parent: int
    state: str
    began: int
    words: tuple[str, ...]

    @property
    def ended(self) -> bool:
        """It has ended, and its parent has not asked how."""
        return self.state in "ZX"


@dataclass(frozen=True, slots=True)
class Use:
    """What a process takes: bytes, open files, threads. `shared`: its part of what it shares (PSS)."""

    resident: int
    shared: int
    peak: int
    files: int
    threads: int


def adopt_orphans() -> None:
    """From now on, processes below this one whose parent ends become its children: none gets away."""
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def bury(orphans: set[int]) -> None:
    """Let go of adopted ones that have ended."""
    for pid in orphans:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def running() -> dict[int, Process]:
    """All processes of this machine, by their number."""
    found = {}
    for file in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            found[int(file.parent.name)] = _process(file)
    return found


def below(top: int, processes: Mapping[int, Process]) -> Iterator[Process]:
    """All processes below one, however deep."""
    children: dict[int, list[Process]] = {}
    for one in processes.values():
        children.setdefault(one.parent, []).append(one)
    waiting = [top]
    while waiting:
        for child in children.get(waiting.pop(), []):
            yield child
            waiting.append(child.pid)


def use(pid: int) -> Use | None:
    """What a process takes now; None where it has ended."""
    folder = PROC / str(pid)
    try:
        memory = _table(folder / "smaps_rollup")
        status = _table(folder / "status")
        files = len(os.listdir(folder / "fd"))  # noqa: PTH208  names are enough, many times a minute
    except OSError:
        return None
    return Use(
        memory.get("Rss", 0) * 1024,
        memory.get("Pss", 0) * 1024,
        status.get("VmHWM", 0) * 1024,
        files,
        status.get("Threads", 0),
    )


def holds(pid: int, folder: Path) -> set[Path]:
    """The folders right below `folder` in which a process has a file open."""
    found = set()
    with suppress(OSError):
        for link in (PROC / str(pid) / "fd").iterdir():
            with suppress(OSError, ValueError):  # closed meanwhile, or elsewhere
                found.add(folder / link.readlink().relative_to(folder).parts[0])
    return found


def kind_of(process: Process, serve: int) -> str:
    """What a process of the daemon's is to it, by what it was started as."""
    if process.pid == serve:
        return "serve"
    program = Path(process.words[0]).name if process.words else ""
    text = " ".join(process.words)
    if program.startswith("node"):
        return "driver"
    if "chrom" in program or "headless" in program:
        part = text.partition("--type=")[2].partition(" ")[0]
        return {"": "browser", "renderer": "page"}.get(part, "browser part")
    if program.startswith("python") or program == "kigen":
        return "code source" if " sandbox " in text else "worker"
    return "other"


def _process(stat: Path) -> Process:
    # The second field is the program's name in brackets and may hold spaces and brackets itself.
    state, parent, *fields = stat.read_text().rpartition(")")[2].split()
    words = (stat.parent / "cmdline").read_bytes().decode(errors="replace")
    # A browser's processes overwrite their words, and join them by spaces.
    parted = words.rstrip("\0").split("\0" if "\0" in words.rstrip("\0") else " ")
    return Process(int(stat.parent.name), int(parent), state, int(fields[17]), tuple(parted))


def _table(file: Path) -> dict[str, int]:
    """The numbers of a file of `name: number` lines."""
    found = {}
    for line in file.read_text().splitlines():
        name, colon, rest = line.partition(":")
        number = rest.split()
        if colon and number and number[0].isdigit():
            found[name] = int(number[0])
    return found
