"""What an update would do: three versions of each file are held against each other.

The base is what came with kigen or with the last update, the owner's is what stands in the workspace, the
new one is the release's. A flow and its selectors belong together: where the owner has changed one of
them, both stay, and the new ones are put beside as `NAME.yaml.new`.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from runner.config.update.record import Record
from runner.config.update.release import BadRelease

Does = Literal["replace", "beside", "same", "kept"]
"""What becomes of a file: written, put beside as `.new`, nothing to do, or the owner's with nothing new."""


@dataclass(frozen=True)
class Change:
    """One file of a release. `now` is what is used today, None where there is none."""

    place: str
    now: str | None
    new: str
    does: Does

    @property
    def name(self) -> str:
        """The flow's name."""
        return self.place.split("/")[1].removesuffix(".yaml")

    def diff(self) -> str:
        """The difference, as `diff -u` shows it; signs that steer a terminal are spelt out."""
        lines = difflib.unified_diff(
            (self.now or "").splitlines(),
            self.new.splitlines(),
            "/dev/null" if self.now is None else self.place,
            self.place,
            lineterm="",
        )
        return "\n".join("".join(_visible(sign) for sign in line) for line in lines)


def plan(new: Mapping[str, str], workspace: Path, shipped: Path, record: Record) -> list[Change]:
    """What would become of each file. Raises BadRelease where the workspace is kigen's own folder."""
    if workspace.resolve() == shipped.resolve():
        raise BadRelease(
            f"{workspace} is kigen's own folder: its flows come with kigen itself",
            "update kigen, or name a workspace of your own: --workspace DIR",
        )
    owners = {
        place.split("/")[1]
        for place in new
        for file in [workspace / place]
        if _exists(file) and not _untouched(file, place, shipped, record, new[place])
    }
    return [
        _change(place, text, workspace, shipped, record, yours=place.split("/")[1] in owners)
        for place, text in new.items()
    ]


def _change(
    place: str, new: str, workspace: Path, shipped: Path, record: Record, *, yours: bool
) -> Change:
    file = workspace / place
    now = _read(file) if _exists(file) else _read(shipped / place)
    if now == new:
        return Change(place, now, new, "same")
    if not yours:
        return Change(place, now, new, "replace")
    theirs = {_digest(text) for text in [_read(shipped / place)] if text is not None}
    theirs |= {record.installed[place]} if place in record.installed else set()
    return Change(place, now, new, "kept" if _digest(new) in theirs else "beside")


def _untouched(file: Path, place: str, shipped: Path, record: Record, new: str) -> bool:
    """Whether a file of the workspace is what kigen or an update has put there."""
    mine = _read(file)
    if mine is None:  # a link or a folder, or unreadable: it is not ours to touch
        return False
    base = record.installed.get(place)
    if base is None and (text := _read(shipped / place)) is not None:
        base = _digest(text)
    return mine == new or _digest(mine) == base


def _exists(file: Path) -> bool:
    return file.exists() or file.is_symlink()


def _read(file: Path) -> str | None:
    if file.is_symlink() or not file.is_file():
        return None
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _visible(sign: str) -> str:
    return sign if sign.isprintable() or sign == "\t" else ascii(sign)[1:-1]
