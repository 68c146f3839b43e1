"""Plays `extract_all`."""

from __future__ import annotations

from runner.flow.steps.extract_all import ExtractAll
from runner.page.acts.extract import rows_of
from runner.page.stage import Stage


async def extract_all(stage: Stage, args: ExtractAll) -> str:
    """Read all rows into a list."""
    rows = [values for values, _ in await rows_of(stage, args)]
    stage.extracted[args.into] = rows
    return f"{args.into}: {len(rows)}"
