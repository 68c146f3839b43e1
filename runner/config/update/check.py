"""Whether flows would still be whole after an update: looked at before anything is replaced."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from runner.config.update.plan import Change
from runner.flow.library import Library
from runner.flow.mistakes import Mistake, Mistakes


def check(changes: Sequence[Change], workspace: Path, shipped: Path) -> dict[str, list[str]]:
    """See that every flow of the release is whole, and that no flow is spoilt by what is replaced.

    Gives the hosts that flows have more than before, by flow: secrets will be typed there. Raises
    Mistakes with all of them, as they stand in the release.
    """
    today = Library([workspace, shipped])
    with tempfile.TemporaryDirectory(prefix="kigen-update-") as scratch:
        release = _staged(Path(scratch) / "release", changes)
        after = _staged(Path(scratch) / "after", [one for one in changes if one.does == "replace"])
        names = {one.name for one in changes if one.place.startswith("flows/")}
        found = _mistakes(names, Library([release, workspace, shipped]))
        then = Library([after, workspace, shipped])
        replaced = {one.name for one in changes if one.does == "replace"}
        known = set(today.names())
        sound = [name for name in _touched(replaced, then) if name in known and _sound(name, today)]
        found += _mistakes(sound, then)
        if found:
            shown = [
                replace(mistake, file=_as_in_release(mistake.file, (release, after)))
                for mistake in dict.fromkeys(found)
            ]
            raise Mistakes(list(dict.fromkeys(shown)))
        return {name: more for name in sorted(names) if (more := _more_hosts(name, today, then))}


def _staged(folder: Path, changes: Iterable[Change]) -> Path:
    folder.mkdir()
    for change in changes:
        file = folder / change.place
        file.parent.mkdir(exist_ok=True)
        file.write_text(change.new, encoding="utf-8", newline="")
    return folder


def _touched(replaced: set[str], library: Library) -> set[str]:
    """The flows whose files name a replaced one, or name one that does: to be checked again."""
    texts = {
        name: library.path(name).read_text(encoding="utf-8", errors="replace")
        for name in library.names()
    }
    found: set[str] = set()
    new = replaced
    while new:
        new = {name for name, text in texts.items() if any(one in text for one in new)} - found
        found |= new
    return found


def _mistakes(names: Iterable[str], library: Library) -> list[Mistake]:
    found: list[Mistake] = []
    for name in sorted(names):
        try:
            library.load(name)
        except Mistakes as mistakes:
            found += mistakes.mistakes
    return found


def _sound(name: str, library: Library) -> bool:
    return not _mistakes([name], library)


def _more_hosts(name: str, before: Library, after: Library) -> list[str]:
    known = before.load(name).flow.hosts if name in before.names() and _sound(name, before) else []
    if not _sound(name, after):  # the owner's own, as it was before
        return []
    return [host for host in after.load(name).flow.hosts if host not in known]


def _as_in_release(file: str, folders: Iterable[Path]) -> str:
    for folder in folders:
        file = file.replace(f"{folder}/", "release: ")
    return file
