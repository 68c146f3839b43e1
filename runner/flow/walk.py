"""Walking through a flow: every step with its path, and the words of the language inside a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from runner.flow.base import Step
from runner.flow.model import PHASES, Flow
from runner.flow.scalars import Expr, Pattern, Ref, Text, Words

Path = tuple[str | int, ...]
"""The keys and positions that lead to a place in the YAML file."""

Word = Ref | Text | Words | Expr | Pattern


def steps(flow: Flow) -> Iterator[tuple[Path, Step]]:
    """Every step of a flow, those inside other steps included, with its path."""
    for phase in PHASES:
        yield from _steps(flow.phase(phase), (phase,))
    for name, part in flow.parts.items():
        yield from _steps(part, ("parts", name))
    for number, interrupt in enumerate(flow.interrupts):
        yield from _steps(interrupt.do, ("interrupts", number, "do"))


def _steps(found: list[Any], path: Path) -> Iterator[tuple[Path, Step]]:
    for number, step in enumerate(found):
        here = (*path, number)
        yield here, step
        for key, inner in step.parts():
            yield from _steps(inner, (*here, step.kind, key))


def words(value: Any, path: Path = ()) -> Iterator[tuple[Path, Word]]:
    """The references, texts, expressions and patterns of a part; steps inside it are left out."""
    if isinstance(value, Word):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from words(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(key, Ref):
                yield (*path, str(key)), key
            yield from words(item, (*path, str(key)))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if not isinstance(item, Step):
                yield from words(item, (*path, number))


def spell(path: Path) -> str:
    """A path as people write it: `login[2].fill.password`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
