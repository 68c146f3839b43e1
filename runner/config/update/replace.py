"""Replacing files all or none, with a backup.

A journal in `.updates/` names what is about to be replaced. Whoever comes after one that was cut off in the
middle puts everything back as it was before.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from runner.config.update.plan import Change
from runner.config.update.record import FOLDER, Record

JOURNAL = "journal.json"


def recover(workspace: Path) -> bool:
    """Put back what an update was replacing when it was cut off; whether there was one."""
    journal = workspace / FOLDER / JOURNAL
    try:
        told = json.loads(journal.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    _put_back(workspace, workspace / FOLDER / told["backup"], told["replaced"], told["made"])
    journal.unlink()
    return True


def replace(
    changes: Sequence[Change],
    workspace: Path,
    clock: Callable[[], datetime],
    put: Callable[[Path, Path], object] = os.replace,
) -> Path | None:
    """Write the new files; gives the folder with the old ones, None where nothing was replaced.

    Raises OSError with everything as it was before. `put` moves a finished file to its place.
    """
    record = Record.load(workspace)
    ready: list[tuple[Path, Path]] = []
    folder = workspace / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    backup = folder / f"backup-{clock():%Y%m%d-%H%M%S-%f}"
    replaced: list[str] = []
    made: list[str] = []
    for change in changes:
        if change.does not in ("replace", "beside"):
            continue
        place = change.place + (".new" if change.does == "beside" else "")
        file = workspace / place
        if file.is_symlink() or (file.exists() and not file.is_file()):
            raise IsADirectoryError(f"{file} is in the way: it is no plain file")
        file.parent.mkdir(exist_ok=True)
        ready.append((_written(file, change.new), file))
        (replaced if file.exists() else made).append(place)
        if change.does == "replace":
            record.installed[place] = hashlib.sha256(change.new.encode()).hexdigest()
    place = f"{FOLDER}/installed.json"
    ready.append((_written(workspace / place, record.text()), workspace / place))
    (replaced if (workspace / place).exists() else made).append(place)
    for place in replaced:
        backup.mkdir(mode=0o700, exist_ok=True)
        (backup / place).parent.mkdir(exist_ok=True)
        shutil.copy2(workspace / place, backup / place)
    journal = {"backup": backup.name, "replaced": replaced, "made": made}
    _written(folder / JOURNAL, json.dumps(journal)).replace(folder / JOURNAL)
    try:
        for part, file in ready:
            put(part, file)
    except BaseException:
        recover(workspace)
        raise
    finally:
        for part, _ in ready:
            part.unlink(missing_ok=True)
    (folder / JOURNAL).unlink()
    return backup if backup.exists() else None


def _put_back(workspace: Path, backup: Path, replaced: Sequence[str], made: Sequence[str]) -> None:
    for place in replaced:
        part = _part(workspace / place)
        shutil.copy2(backup / place, part)
        part.replace(workspace / place)
    for place in made:
        (workspace / place).unlink(missing_ok=True)
        _part(workspace / place).unlink(missing_ok=True)


def _part(file: Path) -> Path:
    return file.with_name(f".{file.name}.part")


def _written(file: Path, text: str) -> Path:
    """The text beside where it is to go, safely on disk."""
    part = _part(file)
    with part.open("w", encoding="utf-8", newline="") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    return part
