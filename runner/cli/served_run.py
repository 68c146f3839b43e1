"""One run of the daemon, in a process of its own: `kigen run due --account NAME`.

That process looks into the ledger itself whether the account is due, and takes its lease. So it is harmless
to begin one too many; and what goes wrong in a run, or in its browser, dies with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from datetime import timedelta
from pathlib import Path
from typing import Any

from loguru import logger

from runner.config.model import Account
from runner.schedule.agenda import Entry

SLACK = timedelta(minutes=5)
"""So much longer than its deadline a run's process may take: to start, to tell its owner, to end."""
FAREWELL = 60.0
"""Seconds in which a run ends that was told to."""


async def play(entry: Entry, workspace: Path) -> None:
    """Play an account to its end. Cancelled, the run is told to stop, and waited for."""
    name = entry.account.name
    logger.info("{}: begins ({})", name, entry.why)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "runner", "--quiet", "--workspace", str(workspace),
        "run", "due", "--account", name, "--json",
        stdin=DEVNULL, stdout=PIPE,
        start_new_session=True,  # Ctrl-C is for the daemon, which lets runs end
    )  # fmt: skip
    try:
        async with asyncio.timeout(longest(entry.account).total_seconds()):
            out, _ = await process.communicate()
    except TimeoutError:
        logger.error("{}: its run does not end; it is stopped", name)
        await _end(process)
        return
    except asyncio.CancelledError:
        await _end(process)
        raise
    logger.info("{}: {} (exit code {})", name, _outcome(out), process.returncode)


def longest(account: Account) -> timedelta:
    """How long a run may take in all, its owner's help included."""
    by_hand = account.hand_off.wait if account.hand_off else timedelta(0)
    return account.deadline + by_hand + SLACK


async def _end(process: Process) -> None:
    """Have the run stop in good order; one that does not is killed."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        try:
            async with asyncio.timeout(FAREWELL):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _outcome(out: bytes) -> str:
    """What the run printed of its end."""
    try:
        found: Any = json.loads(out)
    except ValueError:
        return "no outcome"
    results = found if isinstance(found, list) else [found]
    return ", ".join(f"{one['outcome']}: {one['message']}" for one in results) or "not due any more"
