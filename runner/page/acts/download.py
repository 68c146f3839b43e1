"""Plays `download`."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import TimeoutError as PlaywrightTimeout

from runner.flow.steps.download import Download
from runner.page.acts.click import click_once
from runner.page.evidence import write_private
from runner.page.problems import Missing
from runner.page.stage import Stage


async def download(stage: Stage, args: Download) -> str:
    """Click, and keep the file that comes, under the step's own name and the site's ending."""
    try:
        async with stage.page.expect_download(timeout=stage.patience * 1000) as coming:
            await stage.on(args.click, click_once)
        found = await coming.value
    except PlaywrightTimeout:
        raise Missing(f"no download began after the click on `{args.click}`") from None
    ending = Path(found.suggested_filename).suffix[:10]
    file = stage.evidence.path(f"{args.name}{ending}")
    write_private(file, Path(await found.path()).read_bytes())  # noqa: ASYNC240  a small local file
    await found.delete()
    stage.files.append(file.name)
    return file.name
