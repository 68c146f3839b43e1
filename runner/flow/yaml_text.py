"""YAML as people mean it: a stricter, safer YAML 1.2 without surprises.

Only `true`/`false` are truth values, and a number is a number only when it would be written back
the same way: `no`, `12:30`, `2026-11-21`, `0900`, `+8190…`, `1.10` stay text. Keys are always text.
Tags, merge keys, several documents and anchors that grow without measure are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from runner.flow.yaml_errors import IN_SINGLE_QUOTES, UNPRINTABLE, explain

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,15})?")
# An escape of a text in double quotes, and what no text may hold: it breaks what stores, sends or shows it.
# The parser in C refuses halves of surrogate pairs by itself.
_ESCAPE = re.compile(r"\\(?:x(\w{2})|u(\w{4})|U(\w{8})|([0abvfe])|.)", re.DOTALL)
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
MOST_REPEATED = 10_000
"""Values that aliases may repeat in one file."""
DEEPEST = 100
"""Maps and lists inside each other."""

_STAR = "text that begins with * stands in quotes"

Spot = tuple[int, int]
"""Line and column, from 0."""


class Mark(NamedTuple):
    """Where a value stands, and its key in a map. `style` is that of a text: quotes, `|`, `>`."""

    start: Spot
    end: Spot
    style: str
    block: bool
    alias: bool
    key: tuple[Spot, Spot] | None


Stand = tuple[int, int, int, int, str, int, int, int]
"""A mark in its smallest form: start, end, style, and line, column, end column of the key (or -1).

Large files have many, and plain tuples of numbers cost the garbage collector nothing.
"""
_BLOCK, _ALIAS, _NO_KEY = "-", "*", (-1, -1, -1)


class WrongYaml(ValueError):
    """YAML that can't be read, with the place."""

    def __init__(self, message: str, start: Spot, end: Spot, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.start, self.end, self.hint = message, start, end, hint


@dataclass(slots=True)
class _Open:
    """A map or list that is being read; `key` waits for its value."""

    value: Any
    stands: Any
    event: Any
    size: int = 1
    key: str | None = None
    key_spot: tuple[int, int, int] = _NO_KEY


class Builder:
    """Builds data from the parser's events; `stands` tells where, by the id of a container."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int] | None] = {}
        self._repeated = 0
        self._documents = 0
        self._data: Any = None
        self.stands: dict[int, Any] = {}
        self.root: Stand | None = None

    def build(self) -> Any:
        """The data. Raises WrongYaml."""
        try:
            for event in yaml.parse(self._text, Loader=_PARSER):
                self._event(event)
        except WrongYaml:
            raise
        except ValueError as error:  # no sign of Unicode, raw or as an escape
            spot = _spot_of(self._text, getattr(error, "start", 0))
            raise WrongYaml(UNPRINTABLE, spot, spot) from None
        except yaml.YAMLError as error:
            raise _wrong(error, self._text) from None
        return self._data

    def _event(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._begin(event, {} if kind is yaml.MappingStartEvent else [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._end(event)
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                raise _at(
                    event, "a second document begins here; one file holds one", "remove the `---`"
                )

    def _scalar(self, event: Any) -> None:
        self._refuse_tag(event)
        if event.style == '"' and _FORBIDDEN.search(event.value):
            raise self._escaped(event)
        if self._open and self._wants_key():
            self._key(event)
            return
        plain = not event.style
        value = _typed(event.value) if plain else event.value
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._add(value, event, event, event.style or "", 1)

    def _key(self, event: Any) -> None:
        top, text = self._open[-1], event.value
        if event.anchor:
            self._anchors[event.anchor] = (text, 1)
        if not event.style and text == "<<":
            raise _at(event, "maps can't be merged with `<<`", "write the keys out")
        if not event.style and not text:
            raise _at(event, "a key is missing before the `:`")
        if text in top.value:
            first = top.stands[text][5] + 1
            raise _at(
                event, "this key stands here for the second time", f"it is on line {first} too"
            )
        start = event.start_mark
        if event.end_mark.line != start.line:
            raise _at(event, "a key stands on one line")
        top.key, top.key_spot = text, (start.line, start.column, event.end_mark.column)

    def _begin(self, event: Any, value: Any) -> None:
        self._refuse_tag(event)
        if self._open and self._wants_key():
            if self._text.startswith("{{", event.start_mark.index - 1):
                raise _at(event, "`{{ … }}` must stand in quotes", 'such as "{{ account.id }}"')
            raise _at(event, "a key is a single text; here a map or a list begins")
        if len(self._open) >= DEEPEST:
            raise _at(event, f"more than {DEEPEST} maps and lists inside each other")
        if event.anchor:
            self._anchors[event.anchor] = None
        stands: Any = {} if isinstance(value, dict) else []
        self.stands[id(value)] = stands
        self._open.append(_Open(value, stands, event))

    def _end(self, event: Any) -> None:
        done = self._open.pop()
        if done.event.anchor:
            self._anchors[done.event.anchor] = (done.value, done.size)
        self._add(done.value, done.event, event, "" if done.event.flow_style else _BLOCK, done.size)

    def _alias(self, event: Any) -> None:
        if self._open and self._wants_key():
            raise _at(event, "a key can't be an alias", _STAR)
        if event.anchor not in self._anchors:
            raise _at(event, "there is no such anchor before this", _STAR)
        found = self._anchors[event.anchor]
        if found is None:
            raise _at(event, "this alias stands inside of what it repeats")
        value, size = found
        self._repeated += size
        if self._repeated > MOST_REPEATED:
            raise _at(event, f"aliases repeat more than {MOST_REPEATED} values")
        self._add(value, event, event, _ALIAS, size)

    def _add(self, value: Any, first: Any, last: Any, style: str, size: int) -> None:
        start, end = first.start_mark, last.end_mark
        here = (start.line, start.column, end.line, end.column, style)
        if not self._open:
            self._data, self.root = value, (*here, *_NO_KEY)
            return
        top = self._open[-1]
        top.size += size
        if top.key is None:
            top.value.append(value)
            top.stands.append((*here, *_NO_KEY))
        else:
            top.value[top.key] = value
            top.stands[top.key] = (*here, *top.key_spot)
            top.key = None

    def _escaped(self, event: Any) -> WrongYaml:
        """The first escape of a text that writes what no text may hold."""
        begin, end = event.start_mark.index, event.end_mark.index
        for found in _ESCAPE.finditer(self._text, begin, end):
            code = found[1] or found[2] or found[3]
            if found[4] or (code and _FORBIDDEN.match(chr(int(code, 16)))):
                start, stop = (_spot_of(self._text, at) for at in found.span())
                return WrongYaml(UNPRINTABLE, start, stop, IN_SINGLE_QUOTES)
        return _at(event, UNPRINTABLE)

    def _wants_key(self) -> bool:
        top = self._open[-1]
        return top.key is None and type(top.value) is dict

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None:
            raise _at(event, "tags are not used here", "text that begins with ! stands in quotes")


def _typed(text: str) -> Any:
    """What an unquoted text means."""
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        number = float(text) if "." in text else int(text)
        if str(number) == text:
            return number
    return text


def _spot(mark: Any) -> Spot:
    return mark.line, mark.column


def mark_of(stand: Stand) -> Mark:
    """Where a value stands."""
    line, column, last, end, style, key_line, key_column, key_end = stand
    return Mark(
        start=(line, column),
        end=(last, end),
        style=style if style not in (_BLOCK, _ALIAS) else "",
        block=style == _BLOCK,
        alias=style == _ALIAS,
        key=None if key_line < 0 else ((key_line, key_column), (key_line, key_end)),
    )


def _at(event: Any, message: str, hint: str | None = None) -> WrongYaml:
    return WrongYaml(message, _spot(event.start_mark), _spot(event.end_mark), hint)


def _wrong(error: yaml.YAMLError, text: str) -> WrongYaml:
    """The parser's own complaint, in plain words."""
    message, hint = explain(error)
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark is not None:
        if text.startswith("\t", mark.index):
            message, hint = "a tab can't indent", "use spaces"
        if not text[mark.index :].strip():  # at the end of the file there is nothing to see
            if context is None or not text[context.index :].strip():
                last = _spot_of(text, max(len(text.rstrip()) - 1, 0))
                return WrongYaml(message, last, last, hint)
            mark = context
        return WrongYaml(message, _spot(mark), _spot(mark), hint)
    position = getattr(error, "position", 0)
    before = text[:position] if not getattr(error, "encoding", None) else text
    found = _FORBIDDEN.search(text)
    bad = found.start() if found else len(before)
    spot = _spot_of(text, bad)
    return WrongYaml(message, spot, spot, hint)


def _spot_of(text: str, index: int) -> Spot:
    return text.count("\n", 0, index), index - (text.rfind("\n", 0, index) + 1)
