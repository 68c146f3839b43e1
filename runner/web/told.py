"""What a run has written of itself beside its pictures, as a page shows it: missing parts are empty."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.renewal.outcome import FACTS

STEPS = "steps.json"


@dataclass(frozen=True)
class LineTold:
    """What became of a line."""

    name: str
    outcome: str
    message: str
    decision: str


@dataclass(frozen=True)
class StepTold:
    """A step that was played. `seconds`: how long it took."""

    kind: str
    path: str
    status: str
    note: str
    seconds: float


@dataclass(frozen=True)
class Told:
    """What the ledger does not keep of a run."""

    hint: str = ""
    step: str = ""
    where: str = ""
    notes: tuple[str, ...] = ()
    lines: tuple[LineTold, ...] = ()
    steps: tuple[StepTold, ...] = ()

    @classmethod
    def of(cls, folder: Path | None, names: Iterable[str]) -> Told:
        """Read what is there. What is broken is left out: a run is shown all the same."""
        there = frozenset(names)
        facts = _mapping(_read(folder, FACTS, there))
        return cls(
            _text(facts, "hint"),
            _text(facts, "step"),
            _text(facts, "where"),
            tuple(note for note in _list(facts.get("notes")) if isinstance(note, str)),
            tuple(_line(_mapping(one)) for one in _list(facts.get("lines"))),
            tuple(_step(_mapping(one)) for one in _list(_read(folder, STEPS, there))),
        )


def _line(given: Mapping[str, Any]) -> LineTold:
    name = _text(given, "title") or _text(given, "line")
    return LineTold(name, *(_text(given, part) for part in ("outcome", "message", "decision")))


def _step(given: Mapping[str, Any]) -> StepTold:
    note, seconds = _text(given, "note"), given.get("seconds")
    return StepTold(
        _text(given, "kind"),
        _text(given, "path"),
        _text(given, "status"),
        "" if note == given.get("picture") else note,
        seconds if isinstance(seconds, int | float) else 0.0,
    )


def _read(folder: Path | None, name: str, there: frozenset[str]) -> Any:
    if folder is None or name not in there:
        return None
    try:
        return json.loads((folder / name).read_bytes())
    except (OSError, ValueError):
        return None


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {}


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def _text(given: Mapping[str, Any], name: str) -> str:
    found = given.get(name)
    return found if isinstance(found, str) else ""
