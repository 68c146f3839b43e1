"""Old evidence makes room for new: by age, then by size, the oldest first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

RAW_TRACE = "trace.raw"
"""A trace as Playwright wrote it: with secrets in it, gone when its run has ended."""
LEFT_OVER = timedelta(hours=1)
"""A raw trace older than this belongs to a run that was killed."""


def prune(
    folder: Path, *, keep: timedelta, at_most: int, clock: Callable[[], datetime]
) -> list[str]:
    """Remove raw traces of killed runs, folders older than `keep`, and the oldest beyond `at_most` bytes.

    The newest run is always kept. Gives the names of the folders that went.
    """
    if not folder.is_dir():
        return []
    for raw in folder.glob(f"*/{RAW_TRACE}"):
        if datetime.fromtimestamp(raw.stat().st_mtime, UTC) < clock() - LEFT_OVER:
            raw.unlink()
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
