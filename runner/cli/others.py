"""Who else is kept up to date: Home Assistant, and a service that notices when kigen falls silent.

Runs never wait for them. While a daemon runs it sees to them; a command does once, when it has shown its result.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from loguru import logger

from runner.config.zone import local_zone

if TYPE_CHECKING:
    from runner.config.home import Home
    from runner.config.live import Settings
    from runner.config.workspace import Workspace
    from runner.ledger.ledger import Ledger
    from runner.schedule.agenda import Entry, Standing
    from runner.values.secret import Redactor

ROUND = 60.0
"""Seconds from one round to the next, unless there is news."""
PATIENCE = 10.0
"""Seconds that a command stays for them after its end."""
TOLD = "told.json"
"""What was wrong after the last round, in the home."""


class Others:
    """Keeps them up to date while a daemon runs. Leaving its `async with` block takes leave of them."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        home: Home,
        redactor: Redactor,
        clock: Callable[[], datetime],
    ) -> None:
        from runner.cli.home_assistant import LinesShown
        from runner.cli.pulse import Pulse

        self._lines = LinesShown(settings, ledger, home, redactor, clock)
        self._pulse, self._clock = Pulse(settings, ledger, home, redactor), clock
        self._news = asyncio.Event()

    def looked(self, entries: Sequence[Entry], standing: Standing) -> None:
        """The daemon has looked whose turn it is, and could."""
        self._pulse.looked(entries, standing, self._clock())

    def played(self) -> None:
        """A run has ended."""
        self._news.set()

    async def __aenter__(self) -> Self:
        self._rounds = asyncio.ensure_future(self._go_round())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._rounds.cancel()
        with suppress(asyncio.CancelledError):
            await self._rounds
        await asyncio.to_thread(self._lines.end)

    async def _go_round(self) -> None:
        from runner.ledger.errors import LedgerError

        while True:
            self._news.clear()
            for see_to in (self._lines.refresh, self._pulse.beat):
                try:
                    await asyncio.to_thread(see_to)
                except LedgerError as error:  # who looks whose turn it is says so louder
                    logger.debug("not everybody could be told: {}", error)
                except Exception:  # the runs go on, whoever can't be told of them
                    logger.exception("not everybody could be told")
            with suppress(TimeoutError):
                async with asyncio.timeout(ROUND):
                    await self._news.wait()


def tell_once(workspace: Workspace, home: Home, redactor: Redactor, *, whole_round: bool) -> None:
    """Tell them after a command. `whole_round`: it has seen to all that was due, as it does by cron.

    What goes wrong is logged; after a whole round only what was not so after the last one, as cron
    sends a mail for each line.
    """
    from runner.cli.home_assistant import put_lines

    config = workspace.config
    reasons: list[str] = []
    sys.stdout.flush()  # whoever reads the result need not wait for the rest

    def put() -> None:
        if config.mqtt is not None:
            reason = put_lines(workspace, config.mqtt, home, redactor, datetime.now(UTC))
            if reason is not None:
                reasons.append(f"the lines are not shown to Home Assistant: {reason}")

    def beat() -> None:
        if config.ping is not None and whole_round:
            reasons.extend(_beat_once(workspace, home, redactor))

    # Daemon threads: the program ends, whatever they still wait for.
    threads = [threading.Thread(target=one, daemon=True) for one in (put, beat)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    for reason in _news(home.folder / TOLD, reasons) if whole_round else reasons:
        logger.warning("{}", reason)


def _news(file: Path, reasons: list[str]) -> list[str]:
    """Those that did not hold the last time. The file keeps what holds now."""
    import json

    from runner.browser.files import write_private

    try:
        before = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = []
    if sorted(reasons) != before:
        with suppress(OSError):  # then it is told again
            write_private(file, json.dumps(sorted(reasons), ensure_ascii=False).encode())
    return [reason for reason in reasons if reason not in before]


def _beat_once(workspace: Workspace, home: Home, redactor: Redactor) -> list[str]:
    """Call the address after `run due`; gives what is wrong, and why nobody heard of it."""
    from runner.cli.pulse import call, wrong_with
    from runner.ledger.errors import LedgerError
    from runner.ledger.ledger import Ledger
    from runner.schedule.agenda import Standing, agenda
    from runner.schedule.overdue import overdue

    entry = workspace.config.ping
    if entry is None:
        return []
    try:
        with Ledger.open(home.ledger) as ledger:
            now, zone = datetime.now(UTC), workspace.config.timezone or local_zone()
            found = [workspace.account(name) for name in workspace.account_names]
            accounts = [(account, site.flow) for account, site in found]
            standing = Standing.of(ledger, accounts, now)
            late = overdue(agenda(accounts, standing, now, zone), standing, now)
            wrong = wrong_with(late, ledger, home)
    except LedgerError as error:
        wrong = str(error)
    heard = call(entry, wrong, workspace, home, redactor)
    told = [] if wrong is None else [f"all is not well: {wrong}"]
    return told if heard is None else [*told, f"the ping address was not called: {heard}"]
