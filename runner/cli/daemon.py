"""The daemon of `kigen serve`: the clockwork, what it looks at, and what is seen to beside the runs."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

from runner.cli import stopping
from runner.cli.due import see_to
from runner.cli.mistake import WrongCall
from runner.cli.others import Others
from runner.cli.served_dashboard import check, dashboard_served
from runner.cli.served_run import play
from runner.cli.settings_news import tell_of_settings
from runner.cli.targets import secrets_of
from runner.cli.workers import Workers
from runner.config.home import Home
from runner.config.live import Settings
from runner.config.workspace import Workspace
from runner.ledger.errors import LedgerError
from runner.ledger.ledger import Ledger
from runner.schedule.agenda import Entry, Standing, agenda
from runner.schedule.clockwork import LOOK, Clockwork
from runner.values.secret import Redactor

if TYPE_CHECKING:
    from runner.config.addresses import Address
    from runner.config.secrets import Secrets


class Daemon:
    """Runs the accounts of one workspace. What has happened is in the ledger alone.

    It looks around at least `every` so often.
    """

    def __init__(
        self,
        workspace: Workspace,
        home: Home,
        redactor: Redactor,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        every: timedelta = LOOK,
    ) -> None:
        self._settings = Settings(workspace, clock)
        self._home, self._redactor = home, redactor
        self._now, self._every = clock, every

    def serve(self) -> None:
        """Go on until SIGTERM or SIGINT; then let end what is being played. A second signal hurries.

        Raises WrongCall where another daemon has this home, Mistakes where its dashboard would be
        open to strangers, and LedgerError.
        """
        check(self._settings.workspace, self._home)
        with (
            stopping.hearing(None),
            _only_one(self._home.folder),
            Ledger.open(self._home.ledger) as ledger,
        ):
            asyncio.run(self._serve(ledger))

    async def _serve(self, ledger: Ledger) -> None:
        parallel = self._settings.workspace.config.browser.parallel
        workers = Workers(self._home, most=parallel)
        others = Others(self._settings, ledger, self._home, self._redactor, self._now)
        clockwork = Clockwork(
            partial(self._look, ledger, others),
            partial(self._play, workers, others),
            self._now,
            parallel=parallel,
            every=self._every,
        )
        async with workers, others, AsyncExitStack() as stack:
            stack.enter_context(stopping.hearing_in_loop(lambda _: _stop(clockwork)))
            await stack.enter_async_context(
                dashboard_served(
                    self._settings, ledger, self._home, self._redactor, clockwork, self._now
                )
            )
            for address in self._addresses():
                await stack.enter_async_context(self._taking_messages(address))
            rounds = asyncio.ensure_future(self._rounds(ledger))
            stack.callback(rounds.cancel)
            logger.info(
                "kigen serve begins: {} accounts in {}",
                len(self._settings.accounts),
                self._settings.workspace.folder,
            )
            await clockwork.run()
        logger.info("kigen serve ends")

    async def _look(self, ledger: Ledger, others: Others) -> tuple[list[Entry], Standing]:
        """The next run of every account; none where the ledger can't be read just now."""

        def look() -> tuple[list[Entry], Standing]:
            settings = self._settings
            settings.refresh()
            now = self._now()
            accounts = [(account, site.flow) for account, site in settings.accounts]
            standing = Standing.of(ledger, accounts, now)
            return agenda(accounts, standing, now, settings.zone), standing

        try:
            found = await asyncio.to_thread(look)
        except LedgerError as error:
            logger.error("the ledger can't be read: {}", error)
            return [], Standing({}, {}, {})
        others.looked(*found)
        return found

    async def _play(self, workers: Workers, others: Others, entry: Entry) -> None:
        try:
            await play(entry, self._settings, workers)
        finally:
            others.played()

    async def _rounds(self, ledger: Ledger) -> None:
        """See to what no run sees to: wrong settings, messages that wait, and approvals whose time is
        over."""
        while True:
            for see in (self._tell_of_settings, self._see_to):
                try:
                    await asyncio.to_thread(see, ledger)
                except Exception:  # the runs go on, whatever is wrong with a message
                    logger.exception("what waits could not be seen to")
            gc.collect()  # by itself, Python waits until garbage is a quarter of what has lived long
            await asyncio.sleep(self._every.total_seconds())

    def _tell_of_settings(self, ledger: Ledger) -> None:
        tell_of_settings(self._settings, self._secrets(), ledger, self._now())

    def _see_to(self, ledger: Ledger) -> None:
        settings = self._settings
        see_to(settings.accounts, settings.workspace, self._secrets(), ledger, settings.zone)

    def _secrets(self) -> Secrets:
        return secrets_of(self._settings.workspace, self._home, self._redactor)

    def _addresses(self) -> set[Address]:
        """Where the owner's phones send their messages to."""
        hooks = (one.webhook for account, _ in self._settings.accounts for one in account.codes)
        return {hook.listen for hook in hooks if hook is not None and hook.listen is not None}

    def _taking_messages(self, address: Address) -> AbstractAsyncContextManager[None]:
        from runner.cli.code_sources import taking_messages

        workspace = self._settings.workspace
        return taking_messages(workspace.accounts, self._secrets(), self._now, address)


def _stop(clockwork: Clockwork) -> None:
    if clockwork.stopping:
        logger.warning("told again: what is being played is stopped in good order")
        clockwork.hurry()
        return
    playing = ", ".join(clockwork.playing)
    logger.info("told to stop{}", f": waits for {playing} to end" if playing else "")
    clockwork.stop()


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Hold the home's daemon lock, which ends with the process. Raises WrongCall."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(home / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WrongCall("another `kigen serve` runs with this home already") from None
        yield
    finally:
        os.close(file)
