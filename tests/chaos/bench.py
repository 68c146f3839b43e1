"""One machine that is attacked again and again: each time as after its first, reading run."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from runner.sandbox import control
from runner.sandbox.books import TABLES
from runner.sandbox.portals import open_books
from tests.browser.processes import descendants, wait_until
from tests.chaos import victim
from tests.chaos.verdict import Verdict, is_open, judge
from tests.chaos.victim import Attack, Place
from tests.e2e.world import CODES, World

WORDS = ["run", "flow", "docomo", "--json"]
PATIENCE = 90.0
"""Seconds in which a run ends, on a machine with other work to do."""
KEPT = ("ledger.db", "key", "sessions")
"""What a home holds of the time before the attack: the ledger, and the session at the portal."""
SETTLED = frozenset({"renewed", "nothing_due"})
TOLD = frozenset({"payment_unknown", "needs_you"})


@dataclass(frozen=True)
class Ended:
    """How a run ended. `code` is negative for a signal; `json` None when it printed nothing."""

    code: int
    json: dict[str, Any] | None
    err: str
    done: bool

    @property
    def outcome(self) -> str:
        return str(self.json["outcome"]) if self.json else ""


class Running:
    """A victim on its way."""

    def __init__(self, process: BaseProcess, traces: Path) -> None:
        self.process, self._traces = process, traces

    @property
    def struck(self) -> bool:
        """Whether the deed has been done."""
        return (self._traces / "done").exists()

    def wake(self) -> None:
        """Let a run go on that was stopped."""
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGCONT)

    def end(self) -> Ended:
        """Wait for its end. What it printed must be one JSON object, or nothing."""
        self.process.join(PATIENCE)
        assert self.process.exitcode is not None, "the run does not end"
        out, err = ((self._traces / name).read_text() for name in ("out", "err"))
        ended = Ended(self.process.exitcode, json.loads(out) if out else None, err, self.struck)
        # A log that can't be written is told of by its library, in its own way.
        assert "Traceback" not in err.partition("--- Logging error")[0], err
        return ended


class Bench:
    """Attacks, and settles what they leave. `home` is the machine's; the portal stands elsewhere."""

    def __init__(self, world: World, portal: Path, folder: Path) -> None:
        self.world, self._portal, self._folder = world, portal, folder
        self._books: dict[str, list[tuple[Any, ...]]] = {}
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(victim.PRELOADED)
        self._numbers = count(1)
        self.place = Place(world.folder, folder, world.environment)
        self._before: set[int] = set()
        self._orphans: set[int] = set()

    def warm_up(self) -> None:
        """Sign in and read once; every attack begins from here."""
        self.world.set("session_minutes", 100_000)
        first = self.run(words=[*WORDS, "--read-only"])
        assert first.outcome == "read_only", first
        for name in KEPT:
            _copy(self.world.home / name, self._folder / "kept" / name)
        with open_books(self._portal) as books:
            for table in TABLES:
                rows = books.rows(f"SELECT * FROM {table}")  # noqa: S608  names from the list above
                self._books[table] = [tuple(row) for row in rows]

    def look_around(self) -> None:
        """Note what runs before the attack; other tests may have browsers of their own."""
        self._before = descendants(os.getpid())

    def fresh(self) -> None:
        """A machine that has read once, and a portal whose line is due."""
        for path in self.world.home.iterdir():
            if path.name != "sandbox":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name in KEPT:
            _copy(self._folder / "kept" / name, self.world.home / name)
        with open_books(self._portal) as books, books.writing() as db:
            for table, rows in self._books.items():
                db.execute(f"DELETE FROM {table}")  # noqa: S608  names from the sandbox's list
                for row in rows:
                    marks = ", ".join("?" * len(row))
                    db.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608  as above

    def wiped(self) -> None:
        """A machine on which nothing ever ran."""
        self.fresh()
        for name in KEPT:
            path = self.world.home / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def moved_to(self, home: Path) -> Bench:
        """The same machine with its state elsewhere."""
        other = copy(self)
        other.world = replace(
            self.world, home=home, environment={**self.world.environment, "KIGEN_HOME": str(home)}
        )
        other.place = replace(self.place, environment=other.world.environment)
        other.fresh()
        return other

    def start(
        self,
        attack: Attack | None = None,
        *,
        place: Place | None = None,
        words: list[str] | None = None,
    ) -> Running:
        """Start a run in a process of its own."""
        self.world.write()
        traces = self._folder / f"run-{next(self._numbers)}"
        traces.mkdir()
        process = self._context.Process(
            target=victim.main,
            args=(words or WORDS, replace(place or self.place, traces=traces), attack),
        )
        process.start()
        return Running(process, traces)

    def run(self, attack: Attack | None = None, **more: Any) -> Ended:
        """Run once, to the end."""
        return self.start(attack, **more).end()

    def settle(self, *, clock: float = 0.0, limit: int = 3) -> list[str]:
        """Run again until the line is settled or its owner is told; gives the outcomes.

        After each run the portal's book is held against the ledger, and nothing may be left running.
        """
        told: list[str] = []
        while len(told) < limit:
            ended = self.run(place=self.place.at(clock))
            told.append(ended.outcome)
            assert ended.json is not None, ended
            assert ended.code == CODES[ended.outcome], ended
            self.verdict()
            self.nothing_runs()
            if ended.outcome in TOLD:
                return told
            with self.world.ledger() as ledger:
                if ended.outcome in SETTLED and not is_open(ledger):
                    return told
        raise AssertionError(f"not settled within {limit} runs: {told}")

    def verdict(self) -> Verdict:
        """Hold the portal's book against the ledger."""
        with self.world.ledger() as ledger:
            return judge(ledger, control.charges(self._portal))

    def put_down(self) -> None:
        """End what a test that failed has left running."""
        for process in multiprocessing.active_children():
            process.kill()
            process.join()

    def nothing_runs(self) -> None:
        """No browser and no driver is left, whoever would be its parent now."""
        assert wait_until(lambda: not self._left()), self._left()

    def _left(self) -> set[int]:
        left = descendants(os.getpid()) - self._before
        self._orphans |= left
        for pid in list(self._orphans):  # adopted, see `conftest`
            with suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == pid:
                    self._orphans.remove(pid)
        return left


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    shutil.copytree(source, target) if source.is_dir() else shutil.copy2(source, target)
