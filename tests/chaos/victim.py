"""The run that is attacked: `kigen` itself, in a process of its own, with an ambush laid in it."""

from __future__ import annotations

import os
import selectors
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.chaos import deeds
from tests.chaos.instants import lie_in_wait

PRELOADED = [
    "alembic.command",
    "asyncio",
    "cryptography.fernet",
    "playwright.async_api",
    "runner.browser.launch",
    "runner.browser.session",
    "runner.challenge.codes",
    "runner.cli.browsers",
    "runner.cli.engine",
    "runner.cli.logs",
    "runner.cli.main",
    "runner.cli.quick_run",
    "runner.cli.run",
    "runner.cli.summary",
    "runner.cli.wiring",
    "runner.ledger.ledger",
    "runner.renewal.pruning",
    "runner.renewal.report",
    "runner.renewal.run",
    "runner.sandbox.start",
    "runner.values.read",
]
"""Loaded once for all victims, which are forked from there: it saves most of a run's time."""


@dataclass(frozen=True)
class Attack:
    """One deed: at a named instant or from the start, then so many turns of the event loop and so
    many seconds later.
    """

    deed: str = "kill"
    at: str = ""
    turns: int = 0
    pause: float = 0.0
    value: float = 0.0

    def __str__(self) -> str:
        amount = f" ({self.value:g})" if self.value else ""
        later = f" + {self.turns} turns" if self.turns else ""
        later += f" + {self.pause * 1000:.1f} ms" if self.pause else ""
        return f"{self.deed}{amount} at {self.at or 'the start'}{later}"


@dataclass(frozen=True)
class Place:
    """Where a victim runs. `traces`: a folder for what it prints, outside of all that is attacked.

    `clock`: seconds by which its clock is wrong. `patience`: seconds that it waits for a ledger
    that is locked; 0 leaves the product's own.
    """

    workspace: Path
    traces: Path
    environment: Mapping[str, str]
    clock: float = 0.0
    patience: float = 0.0

    def at(self, clock: float) -> Place:
        return replace(self, clock=clock)


def main(words: list[str], place: Place, attack: Attack | None) -> None:
    """Be `kigen WORDS`. Ends the process with its exit code."""
    os.setpgid(0, 0)  # as what a shell starts
    os.chdir(place.workspace)
    os.environ.clear()
    os.environ.update(place.environment)
    for name, number in (("out", 1), ("err", 2)):
        with (place.traces / name).open("wb") as file:
            os.dup2(file.fileno(), number)
    deeds.set_clock_ahead(place.clock)
    _use_clock(place.patience)
    turns = _Turns()
    if attack is not None:
        _lay(attack, turns, place.traces / "done")
    from runner.cli.main import main as kigen

    sys.argv = ["kigen", *words]
    code = kigen()
    (place.traces / "turns").write_text(str(turns.count))
    sys.exit(code)


class _Turns:
    """Counts the turns of the event loop, and calls back at one of them."""

    def __init__(self) -> None:
        self.count = 0
        self._waiting: list[tuple[int, Callable[[], None]]] = []
        kind: Any = selectors.DefaultSelector
        real = kind.select

        def select(selector: Any, timeout: float | None = None) -> Any:
            self.count += 1
            for entry in [entry for entry in self._waiting if entry[0] <= self.count]:
                self._waiting.remove(entry)
                entry[1]()
            return real(selector, timeout)

        kind.select = select

    def after(self, turns: int, strike: Callable[[], None]) -> None:
        self._waiting.append((self.count + turns, strike))


def _lay(attack: Attack, turns: _Turns, mark: Path) -> None:
    def strike() -> None:
        mark.touch()
        deeds.DEEDS[attack.deed](attack.value)

    def later() -> None:
        if attack.pause:
            threading.Timer(attack.pause, strike).start()
        else:
            strike()

    def reached() -> None:
        if attack.turns:
            turns.after(attack.turns, later)
        else:
            later()

    if attack.at:
        lie_in_wait(attack.at, reached)
    else:
        reached()


def _use_clock(patience: float) -> None:
    """Let the product go by our clock, and by our patience with a locked ledger."""
    from runner.cli.wiring import Wiring
    from runner.ledger.ledger import Ledger

    really_open, really_make = Ledger.open, Wiring.tools
    more = {"busy_seconds": patience} if patience else {}
    opened: Any = lambda where, **named: really_open(where, **{"clock": deeds.now, **more, **named})  # noqa: E731
    Ledger.open = opened  # type: ignore[method-assign]
    made: Any = lambda wiring: replace(really_make(wiring), clock=deeds.now)  # noqa: E731
    Wiring.tools = made  # type: ignore[method-assign]
