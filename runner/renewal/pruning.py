"""Old evidence makes room for new: by age, then by size, the oldest first."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from runner.ledger.states import UNSETTLED

if TYPE_CHECKING:
    from runner.ledger.ledger import Ledger


def prune(
    folder: Path,
    *,
    keep: timedelta,
    at_most: int,
    clock: Callable[[], datetime],
    spare: Collection[str] = (),
) -> list[str]:
    """Remove folders older than `keep`, and the oldest beyond `at_most` bytes.

    The newest run is always kept, and so are the folders to `spare`. Gives the names of those that went.
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
        if run.name in spare:
            continue
        written = datetime.fromtimestamp(run.stat().st_mtime, UTC)
        if written >= oldest and total <= at_most:
            break
        shutil.rmtree(run)
        total -= sizes[run]
        gone.append(run.name)
    return gone


def in_use(ledger: Ledger) -> set[str]:
    """The folders of evidence to which renewals refer that are not settled."""
    return {
        move.evidence.split("/")[0]
        for renewal in ledger.renewals.list(states=UNSETTLED)
        for move in ledger.renewals.moves(renewal.id)
        if move.evidence
    }
