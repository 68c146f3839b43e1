"""One run of the daemon: what a worker is asked for, and what is told of it.

The worker looks into the ledger itself whether the account is due, and takes its lease. So it is harmless
to ask once too often.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from loguru import logger

from runner.cli.jobs import Job
from runner.cli.workers import Workers
from runner.config.live import Settings
from runner.config.model import Account
from runner.renewal.deadline import OWNERS_TIME
from runner.schedule.agenda import Entry

SLACK = timedelta(minutes=5)
"""So much longer than its deadline a run may take: to start, to tell its owner, to end."""


async def play(entry: Entry, settings: Settings, workers: Workers) -> None:
    """Play an account to its end, by the last good version of the settings. Cancelled, the run is
    told to stop, and waited for."""
    name = entry.account.name
    logger.info("{}: begins ({})", name, entry.why)
    await asyncio.to_thread(settings.refresh)
    if settings.trouble is not None:
        taken = settings.trouble.taken.astimezone(settings.zone)
        logger.warning("{}: is played by the settings of {:%Y-%m-%d %H:%M}", name, taken)
    workspace = settings.workspace
    job = Job(str(workspace.folder), name, workspace.texts)
    browser = workspace.config.browser.model_dump_json()
    answer = await workers.play(job, longest(entry.account), browser)
    if answer is None:
        logger.error("{}: no outcome", name)
        return
    told = answer.told or ("no outcome" if answer.code else "not due any more")
    logger.info("{}: {} (exit code {})", name, told, answer.code)


def longest(account: Account) -> timedelta:
    """How long a run may take in all, with all the time that its owner has."""
    by_hand = account.hand_off.wait if account.hand_off else timedelta(0)
    return account.deadline + OWNERS_TIME + by_hand + SLACK
