"""One look at a soak: what the daemon's processes take, what lies in its folders, what the ledger holds."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .place import Place
from .processes import Process, Use, below, bury, holds, kind_of, running, use

MEMORY = Path("/dev/shm")  # noqa: S108  only looked at


@dataclass
class Group:
    """The processes of one kind, together."""

    processes: int = 0
    resident: int = 0
    shared: int = 0
    files: int = 0
    threads: int = 0

    def add(self, one: Use) -> None:
        self.processes += 1
        self.resident += one.resident
        self.shared += one.shared
        self.files += one.files
        self.threads += one.threads


@dataclass
class Life:
    """One process from its first sight to its last. Bytes; `peak` by the system's own word."""

    kind: str
    since: float
    until: float
    peak: int = 0
    shared: list[int] = field(default_factory=list)


@dataclass
class Sample:
    """What was seen at one moment, so many seconds after the beginning."""

    at: float
    kinds: dict[str, Group]
    ended: int
    """Processes that have ended, and that nobody asks how."""
    orphans: int
    """Processes of the daemon's whose parent is gone."""
    folders: dict[str, tuple[int, int]]
    """The home's top folders: files and bytes."""
    scraps: int
    in_memory: int
    outcomes: dict[str, int]
    blocks: int | None
    """Of memory, in use inside `serve`, by Python's own count."""

    @property
    def runs(self) -> int:
        """Runs that have ended, with an outcome."""
        return sum(number for outcome, number in self.outcomes.items() if outcome)

    @property
    def shared(self) -> int:
        """What the whole tree takes: each page counted once."""
        return sum(group.shared for group in self.kinds.values())

    @property
    def resident(self) -> int:
        """The same, but what processes share counts for each of them."""
        return sum(group.resident for group in self.kinds.values())

    def json(self) -> dict[str, Any]:
        return asdict(self)


class Samples:
    """All looks at one soak. `me` is the process to which orphans come."""

    def __init__(self, place: Place, serve: int, portals: int, me: int) -> None:
        self._place, self._serve, self._portals, self._me = place, serve, portals, me
        self.taken: list[Sample] = []
        self.lives: dict[tuple[int, int], Life] = {}
        self.in_memory: set[Path] = set()
        """The folders in memory that workers have made. There may be others' as well."""

    def take(self, at: float) -> Sample:
        """Look, and keep what was seen."""
        tree = self.tree()
        bury({one.pid for one in tree if one.ended and one.parent == self._me} - {self._serve})
        kinds: dict[str, Group] = {}
        for one in tree:
            taken = None if one.ended else use(one.pid)
            if taken is None:
                continue
            kind = kind_of(one, self._serve)
            kinds.setdefault(kind, Group()).add(taken)
            self._live(one, kind, taken, at)
            if kind == "worker":
                self.in_memory |= holds(one.pid, MEMORY)
        sample = Sample(
            at,
            kinds,
            sum(one.ended and one.parent != self._me for one in tree),
            sum(
                one.parent == self._me and one.pid != self._serve and not one.ended for one in tree
            ),
            _folders(self._place.home),
            len(list(self._place.scraps.iterdir())),
            sum(folder.exists() for folder in self.in_memory),
            outcomes(self._place.ledger),
            _last_number(self._place.blocks),
        )
        self.taken.append(sample)
        return sample

    def tree(self) -> list[Process]:
        """The daemon's processes, and those that it has lost."""
        processes = running()
        processes.pop(self._portals, None)
        return list(below(self._me, processes))

    def _live(self, process: Process, kind: str, taken: Use, at: float) -> None:
        # A process is forked before it becomes what it is to be.
        life = self.lives.setdefault((process.pid, process.began), Life(kind, at, at))
        life.kind, life.until = kind, at
        life.peak = max(life.peak, taken.peak)
        life.shared.append(taken.shared)


def outcomes(ledger: Path) -> dict[str, int]:
    """How many runs ended how; those without an outcome under the empty word."""
    return dict(_rows(ledger, "SELECT coalesce(outcome, ''), count(*) FROM runs GROUP BY 1"))


def held(ledger: Path) -> list[str]:
    """The accounts that a run has taken, and not given back."""
    return [name for (name,) in _rows(ledger, "SELECT account FROM leases ORDER BY 1")]


def _rows(ledger: Path, query: str) -> list[Any]:
    # Not by `Ledger`, which would make the tables, or bring them up to date, where the daemon has not.
    if not ledger.exists():
        return []
    with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=30)) as database:
        try:
            return database.execute(query).fetchall()
        except sqlite3.OperationalError:  # its tables are being made
            return []


def series(samples: Iterable[Sample], kind: str, what: str) -> list[tuple[float, float]]:
    """One measure of one kind of process over time; nothing where there was none of it."""
    return [(one.at, getattr(one.kinds[kind], what)) for one in samples if kind in one.kinds]


def _last_number(file: Path) -> int | None:
    """The last line that is whole; None where there is none yet."""
    lines = file.read_text().split("\n")[:-1] if file.exists() else []
    return int(lines[-1]) if lines else None


def _folders(home: Path) -> dict[str, tuple[int, int]]:
    """Files and bytes of what a home is divided into: its folders, and the files beside them as one."""
    found = {path.name: _size(path.rglob("*")) for path in sorted(home.iterdir()) if path.is_dir()}
    return {"": _size(home.iterdir()), **found}


def _size(paths: Iterable[Path]) -> tuple[int, int]:
    files = size = 0
    for path in paths:
        with suppress(OSError):  # removed meanwhile
            seen = path.lstat()
            if stat.S_ISREG(seen.st_mode):
                files, size = files + 1, size + seen.st_size
    return files, size
