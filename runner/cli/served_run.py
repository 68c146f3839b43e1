"""One run of the daemon: what a worker is asked for, and what is told of it.

The worker looks into the ledger itself whether the account is due, and takes its lease. So it is harmless
to ask once too often.
"""

from __future__ import annotations

from datetime import timedelta

from loguru import logger

from runner.cli.jobs import Job
from runner.cli.workers import Workers
from runner.config.model import Account
from runner.config.workspace import Workspace
from runner.schedule.agenda import Entry

SLACK = timedelta(minutes=5)
"""So much longer than its deadline a run may take: to start, to tell its owner, to end."""


async def play(entry: Entry, workspace: Workspace, workers: Workers) -> None:
    """Play an account to its end. Cancelled, the run is told to stop, and waited for."""
    name = entry.account.name
    logger.info("{}: begins ({})", name, entry.why)
    settings = workspace.config.browser.model_dump_json()
    answer = await workers.play(Job(str(workspace.folder), name), longest(entry.account), settings)
    if answer is None:
        logger.error("{}: no outcome", name)
        return
    told = answer.told or ("no outcome" if answer.code else "not due any more")
    logger.info("{}: {} (exit code {})", name, told, answer.code)


def longest(account: Account) -> timedelta:
    """How long a run may take in all, its owner's help included."""
    by_hand = account.hand_off.wait if account.hand_off else timedelta(0)
    return account.deadline + by_hand + SLACK
