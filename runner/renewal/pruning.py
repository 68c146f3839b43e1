"""Old evidence makes room for new: by age, then by size, the oldest first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


def prune(
    folder: Path, *, keep: timedelta, at_most: int, clock: Callable[[], datetime]
) -> list[str]:
    """Remove runs' folders older than `keep`, then the oldest until `at_most` bytes are left.

    The newest run is always kept. Gives the names of the folders that went.
    """
    if not folder.is_dir():
        return []
    runs = sorted(
        (entry for entry in folder.iterdir() if entry.is_dir()), key=lambda e: e.stat().st_mtime
    )
    sizes = {run: sum(f.stat().st_size for f in run.rglob("*") if f.is_file()) for run in runs}
    total, gone = sum(sizes.values()), []
    oldest = clock() - keep
    for run in runs[:-1]:
        written = datetime.fromtimestamp(run.stat().st_mtime, UTC)
        if written >= oldest and total <= at_most:
            break
        shutil.rmtree(run)
        total -= sizes[run]
        gone.append(run.name)
    return gone
