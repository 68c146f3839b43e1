"""Tables for the terminal: aligned, as wide as it is, with full-width signs counted as two cells.

Written here because a table of a thousand lines must come at once; see docs/cli.md for figures.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from runner.flow import mistakes

_STYLES = {"bad": "1;31", "warn": "33", "good": "32", "dim": "2", "head": "1"}
_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `right`: for figures. `least`: cells that it keeps when it is cut; None: never cut.
    `rank`: the column with the highest is the first to go where there is no room."""

    title: str
    right: bool = False
    least: int | None = None
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """Text with the name of a style."""

    text: str
    style: str = ""


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str | Cell]],
    *,
    room: int | None = None,
    color: bool = False,
) -> str:
    """The table as text. `room`: cells of a line; None: as many as it takes.

    Where the room is too small, long columns are cut, then whole columns are left out, and a line
    under the table names them.
    """
    cells = [[_cell(one) for one in row] for row in rows]
    widths = [
        max([width(column.title), *(width(row[number].text) for row in cells)])
        for number, column in enumerate(columns)
    ]
    shown, left_out = _fitting(columns, widths, room)
    heads = [Cell(columns[number].title, "head") for number in shown]
    lines = [_line(heads, shown, columns, widths, color)]
    lines += [_line([row[n] for n in shown], shown, columns, widths, color) for row in cells]
    if left_out:
        names = ", ".join(columns[number].title for number in left_out)
        lines.append(styled(f"(no room for: {names})", "dim", color=color))
    return "\n".join(lines)


def styled(text: str, style: str, *, color: bool) -> str:
    """Text in a style, or as it is."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if color and style else text


def printable(text: str) -> str:
    """Text of a site without what could steer the terminal."""
    return text if text.isprintable() else "".join(s if s.isprintable() else " " for s in text)


def width(text: str) -> int:
    """The cells that a text takes. Most texts are ASCII, and need no look at each sign."""
    return len(text) if text.isascii() else mistakes.width(text)


def room_of() -> int | None:
    """The cells of a line on standard output; None where nobody looks: a file or a pipe."""
    if not os.environ.get("COLUMNS") and not sys.stdout.isatty():
        return None
    return max(20, shutil.get_terminal_size().columns)


def _cell(given: str | Cell) -> Cell:
    cell = Cell(given) if isinstance(given, str) else given
    return cell if cell.text.isprintable() else Cell(printable(cell.text), cell.style)


def _fitting(
    columns: Sequence[Column], widths: list[int], room: int | None
) -> tuple[list[int], list[int]]:
    """The columns that are shown, and those that are not; `widths` are made smaller in place."""
    shown = list(range(len(columns)))
    left_out: list[int] = []
    if room is None:
        return shown, left_out
    while len(shown) > 1 and _least(columns, widths, shown) > room:
        victim = max(shown, key=lambda number: (columns[number].rank, number))
        shown.remove(victim)
        left_out.insert(0, victim)
    while (over := _taken(widths, shown) - room) > 0:
        spare = {n: widths[n] - _least_width(columns[n], widths[n]) for n in shown}
        widest = max(spare, key=lambda number: spare[number])
        if spare[widest] <= 0:
            break
        # Down to the next one at once, then in single steps among equals.
        others = [spare[number] for number in spare if number != widest]
        widths[widest] -= max(1, min(over, spare[widest] - max(others, default=0)))
    return shown, sorted(left_out)


def _least_width(column: Column, natural: int) -> int:
    return natural if column.least is None else min(natural, max(column.least, width(column.title)))


def _least(columns: Sequence[Column], widths: list[int], shown: list[int]) -> int:
    least = [_least_width(columns[number], widths[number]) for number in shown]
    return sum(least) + _GAP * (len(shown) - 1)


def _taken(widths: list[int], shown: list[int]) -> int:
    return sum(widths[number] for number in shown) + _GAP * (len(shown) - 1)


def _line(
    cells: Sequence[Cell],
    shown: Sequence[int],
    columns: Sequence[Column],
    widths: Sequence[int],
    color: bool,
) -> str:
    parts = []
    for cell, number in zip(cells, shown, strict=True):
        text = _cut(cell.text, widths[number])
        space = " " * (widths[number] - width(text))
        text = styled(text, cell.style, color=color)
        parts.append(space + text if columns[number].right else text + space)
    return (" " * _GAP).join(parts).rstrip()


def _cut(text: str, room: int) -> str:
    if width(text) <= room:
        return text
    while text and width(text) > room - 1:
        text = text[:-1]
    return text + "…"
