"""Mistakes in a file that a person wrote: where, what, and what was probably meant.

Plain text only: colours are the business of whoever shows it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 140
"""Characters of a line that are shown."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of one line. Lines and columns count characters, from 1; the end is exclusive."""

    line: int
    column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake. `shown` is the line as it may be shown, with `caret` marking a stretch of it.

    `shown` differs from the file where a value must not be seen; `place` is always the file's.
    """

    file: str
    place: Place
    message: str
    hint: str | None = None
    shown: str = ""
    caret: tuple[int, int] = (1, 2)

    def __str__(self) -> str:
        """Where and what, the line itself, a caret, and the hint."""
        text = f"{self.file}:{self.place.line}:{self.place.column}: {self.message}"
        if self.shown.strip():
            line, start, end = _clipped(_spaced(self.shown), *self.caret)
            marked = max(1, width(line[start - 1 : end - 1]))
            text += f"\n    {line}\n    {' ' * width(line[: start - 1])}{'^' * marked}"
        if self.hint:
            text += f"\n    {self.hint}"
        return text


class Mistakes(Exception):
    """All mistakes of one reading, in the order of their places."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(
            sorted(dict.fromkeys(mistakes), key=lambda one: (one.file, one.place, one.message))
        )
        super().__init__("\n\n".join(str(mistake) for mistake in self.mistakes))


def width(text: str) -> int:
    """How many cells of a terminal a text takes: full-width signs two, combining marks none."""
    return sum(
        0
        if unicodedata.category(sign) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(sign) in "WF"
        else 1
        for sign in text
    )


def did_you_mean(word: str, options: Iterable[str], as_close: float = 0.6) -> str | None:
    """A hint that names what was probably meant; None when nothing comes close.

    `as_close`: how much of the word is right at least, from 0 to 1.
    """
    import difflib

    known = {option.lower(): option for option in options}
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=as_close)
    return f"did you mean `{known[close[0]]}`?" if close else None


def listed(options: Iterable[str]) -> str:
    """Options as a sentence names them: `one`, `two`, `three`."""
    return ", ".join(f"`{option}`" for option in options)


def _clipped(line: str, start: int, end: int) -> tuple[str, int, int]:
    """A long line, cut to what stands around the caret."""
    if len(line) <= LONGEST:
        return line, start, end
    left = max(0, min(start - 1 - LONGEST // 2, len(line) - LONGEST))
    part = line[left : left + LONGEST]
    return part, start - left, min(end - left, len(part) + 1)


def _spaced(text: str) -> str:
    """A line with its tabs and unprintable signs as single spaces, so that carets line up."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
