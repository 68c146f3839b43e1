"""Which keys a model allows at a place: what an unknown key could have been meant to be."""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag


def keys_at(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """The keys that may stand at one of pydantic's locations (which hold a union's tags too)."""
    here: list[Any] = [model]
    for part in loc:
        inner = [found for shape in here for found in _inside(shape, part)]
        here = inner or here
    return [
        field.alias or name
        for shape in here
        for branch in _branches(shape)
        if isinstance(branch, type) and issubclass(branch, BaseModel)
        for name, field in branch.model_fields.items()
    ]


@cache
def words_of(model: type[BaseModel]) -> frozenset[str]:
    """Every key that may stand anywhere in a model."""
    found: set[str] = set()
    seen: set[Any] = set()
    left: list[Any] = [model]
    while left:
        for shape in _branches(left.pop()):
            if isinstance(shape, type) and issubclass(shape, BaseModel) and shape not in seen:
                seen.add(shape)
                found |= {field.alias or name for name, field in shape.model_fields.items()}
                left += [field.annotation for field in shape.model_fields.values()]
            else:
                left += get_args(shape)
    return frozenset(found)


def _inside(shape: Any, part: str | int) -> Iterator[Any]:
    """What stands at a key, a position or a union's tag of a shape."""
    for branch, tag in _tagged(shape):
        if tag == part:
            yield branch
            return
    for branch in _branches(shape):
        arguments = get_args(branch)
        if isinstance(branch, type) and issubclass(branch, BaseModel):
            for name, field in branch.model_fields.items():
                if part == (field.alias or name):
                    yield field.annotation
        elif get_origin(branch) is dict and isinstance(part, str):
            yield arguments[1]
        elif get_origin(branch) in (list, tuple, set, frozenset) and isinstance(part, int):
            yield arguments[0]


def _branches(shape: Any) -> Iterator[Any]:
    for branch, _ in _tagged(shape):
        yield branch


def _tagged(shape: Any, tag: str | None = None) -> Iterator[tuple[Any, str | None]]:
    """The branches of a union with their tags; a shape that is no union is its only branch."""
    origin = get_origin(shape)
    if origin is Annotated:
        inner, *notes = get_args(shape)
        own = next((note.tag for note in notes if isinstance(note, Tag)), tag)
        yield from _tagged(inner, own)
    elif origin in (Union, types.UnionType):
        for branch in get_args(shape):
            yield from _tagged(branch)
    else:
        yield shape, tag
