"""A YAML file together with the place of every key and value in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from runner.flow.mistakes import Mistake, Mistakes, Place
from runner.flow.private import resembles, secretive, texts
from runner.flow.yaml_text import Builder, Mark, Spot, WrongYaml, mark_of

LARGEST = 8_000_000
"""Bytes that a file may have: far more than a thousand accounts need."""

_HIDDEN = "•••"
_COMMENT = re.compile(r"(?:^|\s)#(?=.)")
_FIRST_KEY = re.compile(r"[ \t]*(?:- +)*([A-Za-z_]+):(?: +|$)")

Where = Sequence[str | int]
"""The keys and positions that lead to a value."""

Texts = Mapping[str, str]
"""What the files of a folder said when they were read, by their paths in it."""


class Source:
    """A file's text, its `data` (maps, lists, text, numbers, true, false, null) and its places.

    `private`: the keys of a file that may hold what nobody else should see. Its comments are never
    shown then, and of a line that can't be understood only the first key, if it is one of these.
    Raises Mistakes.
    """

    def __init__(self, path: Path, text: str, *, private: Collection[str] | None = None) -> None:
        self.path, self.text, self.private = path, text, private
        self.lines = text.splitlines()
        self._hidden: dict[int, list[tuple[int, int]]] = {}
        builder = Builder(text)
        try:
            self.data: Any = builder.build()
        except WrongYaml as wrong:
            place = self._between(wrong.start, wrong.end)
            if private is not None:
                self._hide_values(place.line)
            raise Mistakes([self._mistake(place, wrong.message, wrong.hint)]) from None
        self._stands = builder.stands
        self._root = builder.root

    def place(self, path: Where, *, key: bool = False) -> Place:
        """The place of a value or of its key; what is not there has its parent's."""
        found, mark = self._find(path)
        if found < len(path):
            return self.place(path[:found])
        if mark is None:
            return self._between((0, 0), (0, 0))
        if mark.key is not None and (key or mark.block or mark.start == mark.end):
            return self._between(*mark.key)
        return self._between(mark.start, mark.end)

    def has(self, path: Where) -> bool:
        """Whether the file has something at a path."""
        return self._find(path)[0] == len(path)

    def mistake(
        self,
        path: Where,
        message: str,
        hint: str | None = None,
        *,
        key: bool = False,
        column_offset: int = 0,
    ) -> Mistake:
        """A mistake at a path; `column_offset` counts characters inside a text, from 0."""
        place = self.place(path, key=key)
        if column_offset:
            place = self._inside(path, place, column_offset)
        return self._mistake(place, self._veiled(path, message), hint)

    def repeats(self, word: str, known: Collection[str] = ()) -> bool:
        """Whether a key may be repeated. In a private file it may if it is a word of its language, or
        comes close to one of those that are `known` at its place."""
        return self.private is None or word in self.private or resembles(word, known)

    def hide(self, path: Where) -> None:
        """Never show the values at and under a path."""
        found, mark = self._find(path)
        if found == len(path) and mark is not None and mark.start != mark.end:
            self._hide(mark.start, mark.end)

    def hide_key(self, path: Where) -> None:
        """Never show the key of a value."""
        found, mark = self._find(path)
        if found == len(path) and mark is not None and mark.key is not None:
            self._hide(*mark.key)

    def _veiled(self, path: Where, message: str) -> str:
        """A message without what looks like a secret at its place in a private file."""
        if self.private is None:
            return message
        value, number = self.data, self._find(path)[0]
        for part in path[:number]:
            value = value[part]
        said = [str(part) for part in path[:number]] + list(texts(value))
        for piece in sorted({one for text in said for one in secretive(text)}, key=len)[::-1]:
            message = message.replace(piece, _HIDDEN)
        return message

    def _hide(self, begin: Spot, stop: Spot) -> None:
        (first, start), (last, end) = begin, stop
        for number in range(first, min(last, len(self.lines) - 1) + 1):
            line = self.lines[number]
            left = start if number == first else len(line) - len(line.lstrip())
            right = min(end, len(line)) if number == last else len(line)
            if left < right:
                self._hidden.setdefault(number, []).append((left, right))

    def _find(self, path: Where) -> tuple[int, Mark | None]:
        """How much of a path exists, and the mark of the last value found on it."""
        value, stand, number = self.data, self._root, 0
        for part in path:
            within = (isinstance(value, dict) and part in value) or (
                isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value)
            )
            if not within:
                break
            stand, value, number = self._stands[id(value)][part], value[part], number + 1
        return number, None if stand is None else mark_of(stand)

    def _between(self, start: Spot, end: Spot) -> Place:
        """A place from marks that count from 0; on several lines, what stands on the first."""
        line, column = start
        here = self.lines[line] if line < len(self.lines) else ""
        stop = end[1] if end[0] == line else len(here.rstrip())
        return Place(line + 1, column + 1, max(stop, column + 1) + 1)

    def _inside(self, path: Where, place: Place, offset: int) -> Place:
        """The place of one character of a text. Texts over several lines have but their beginning,
        `|` excepted."""
        _, mark = self._find(path)
        if mark is None or mark.alias:
            return place
        (line, column), (last, _) = mark.start, mark.end
        if mark.style == "|":
            value = self.data
            for part in path:
                value = value[part]
            before = str(value)[:offset]
            line += 1 + before.count("\n")
            here = self.lines[line] if line < len(self.lines) else ""
            column = len(here) - len(here.lstrip()) + offset - (before.rfind("\n") + 1)
            return Place(line + 1, column + 1, column + 2)
        if line != last:
            return place
        column = _raw_column(self.lines[line], column, mark.style, offset)
        return Place(line + 1, column + 1, max(column + 2, place.end_column - bool(mark.style)))

    def _mistake(self, place: Place, message: str, hint: str | None) -> Mistake:
        shown = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        start, end = place.column, place.end_column
        hidden = list(self._hidden.get(place.line - 1, []))
        if self.private is not None and (comment := _COMMENT.search(shown)):
            hidden.append((comment.end(), len(shown)))
        for left, right in _joined(hidden):
            shown = shown[:left] + _HIDDEN + shown[right:]
            start, end = (_moved(column, left, right) for column in (start, end))
        return Mistake(str(self.path), place, message, hint, shown, (start, max(end, start + 1)))

    def _hide_values(self, number: int) -> None:
        line = self.lines[number - 1] if number <= len(self.lines) else ""
        key = _FIRST_KEY.match(line)
        shown = key is not None and key[1] in (self.private or ())
        left = key.end() if key is not None and shown else len(line) - len(line.lstrip())
        if left < len(line):
            self._hidden.setdefault(number - 1, []).append((left, len(line)))


def load(path: Path) -> Source:
    """Read a file. Raises Mistakes, also for a file that is not there or can't be read."""
    return Source(path, text_of(path))


def text_of(path: Path) -> str:
    """What a file says. Raises Mistakes where it is not there, can't be read, or is no text."""
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise _unread(path, f"this file is larger than {LARGEST // 1_000_000} MB")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise _unread(path, "there is no such file") from None
    except IsADirectoryError:
        raise _unread(path, "this is a folder; a file is wanted") from None
    except PermissionError:
        raise _unread(path, "this file may not be read", f"chmod u+r {path}") from None
    except OSError as error:
        raise _unread(path, f"this file can't be read: {error.strerror}") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        place = Place(before.count(b"\n") + 1, column, column + 1)
        wrong = Mistake(str(path), place, "this is not UTF-8 text", "save the file as UTF-8")
        raise Mistakes([wrong]) from None


def loads(
    text: str, name: str | Path = "text", *, private: Collection[str] | None = None
) -> Source:
    """Read a text that came from elsewhere; `name` stands for its file. Raises Mistakes."""
    return Source(Path(name), text.removeprefix("\ufeff"), private=private)


def _unread(path: Path, message: str, hint: str | None = None) -> Mistakes:
    return Mistakes([Mistake(str(path), Place(1, 1, 2), message, hint)])


def _joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of a line without overlaps, the last one first."""
    joined: list[tuple[int, int]] = []
    for left, right in sorted(stretches):
        if joined and left <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(right, joined[-1][1]))
        else:
            joined.append((left, right))
    return joined[::-1]


def _moved(column: int, left: int, right: int) -> int:
    """Where a column stands after the stretch from `left` to `right` was hidden."""
    if column - 1 <= left:
        return column
    if column - 1 >= right:
        return column + len(_HIDDEN) - (right - left)
    return left + 1


_ESCAPED = {"x": 4, "u": 6, "U": 10}


def _raw_column(line: str, column: int, style: str, offset: int) -> int:
    """The column in the file of a character of a text, past quotes and escapes."""
    if not style:
        return min(column + offset, len(line))
    column += 1
    for _ in range(offset):
        if style == '"' and line[column : column + 1] == "\\":
            column += _ESCAPED.get(line[column + 1 : column + 2], 2)
        elif style == "'" and line.startswith("''", column):
            column += 2
        else:
            column += 1
    return min(column, len(line))
