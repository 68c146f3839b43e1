"""Which process this is, and whether another one on the same machine is still alive."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """`boot` tells apart two starts of a machine, and two containers on it. Both it and `start` are
    empty where the system does not tell.
    """

    host: str
    boot: str
    pid: int
    start: str

    @classmethod
    def this(cls) -> Process:
        pid = os.getpid()
        return cls(socket.gethostname(), _boot(), pid, _start_of(pid))

    def is_here(self) -> bool:
        """Whether it is one of this machine, and not behind a wall."""
        return (self.host, self.boot) == (socket.gethostname(), _boot())

    def is_dead(self) -> bool:
        """True only when it is certain: a process elsewhere, or behind a wall, counts as alive."""
        if not self.is_here():
            return False
        seen = _start_of(self.pid)
        if self.start and seen:
            # A process id is used again; together with its start time it is not.
            return seen != self.start
        if os.name != "posix":
            # os.kill would end the process there instead of asking.
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


def _boot() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        # Containers share the boot but not the process ids.
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _start_of(pid: int) -> str:
    """Clock ticks from boot to the start of the process, "ended" for one that has only to be
    collected by its parent; empty if the system does not show it.
    """
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return ""
    # The second field is the program's name in brackets and may hold spaces and brackets itself.
    state, *fields = stat.rpartition(")")[2].split()
    return "ended" if state in "ZX" else fields[18]
