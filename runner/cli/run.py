"""Playing accounts from the command line: everything is set up here, and put away again."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.cli.summary import Progress, summary
from runner.config.home import Home

if TYPE_CHECKING:
    from playwright.async_api import Playwright

    from runner.cli.wiring import Wiring
    from runner.config.model import Account
    from runner.config.workspace import Workspace
    from runner.flow.library import Site
    from runner.ledger.ledger import Ledger
    from runner.renewal.outcome import RunResult
    from runner.values.secret import Redactor


@dataclass(frozen=True)
class Request:
    """What the person asked for. `flows` empty: every account. `due`: those whose time has come."""

    workspace: Path
    home: Home
    redactor: Redactor
    flows: tuple[str, ...] = ()
    account: str | None = None
    due: bool = False
    dry_run: bool = False
    read_only: bool = False
    headed: bool = False
    trace: bool = False
    as_json: bool = False
    quiet: bool = False
    level: str = "warning"


def run_accounts(request: Request) -> int:
    """Play what was asked for; gives the exit code of the gravest outcome.

    Raises Mistakes, NoSuchAccount or NoSuchFlow for what is wrong before anything was played.
    """
    return asyncio.run(_Command(request).go())


class _Command:
    def __init__(self, request: Request) -> None:
        self._request = request
        self._progress = Progress(quiet=request.quiet)
        self._stopped_by = 0
        self._results: list[RunResult] = []
        self._untold: list[str] = []

    async def go(self) -> int:
        """Start what is slow first: the driver's process starts while the rest is imported."""
        from runner.browser.launch import start_driver

        task = asyncio.current_task()
        assert task is not None  # noqa: S101  a coroutine runs in a task
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._stop, task, number)
        driver = asyncio.ensure_future(start_driver())
        await asyncio.sleep(0)
        several = True
        try:
            several = await self._run(driver)
        except asyncio.CancelledError:
            if not self._stopped_by:
                raise
        finally:
            await _stop_driver(driver)
            self._progress.clear()
        return self._show(several)

    def _stop(self, task: asyncio.Task[int], number: int) -> None:
        if not self._stopped_by:  # a second Ctrl-C must not cut the orderly end off
            self._stopped_by = number
            self._progress.say("stopping in good order …")
            task.cancel()

    async def _run(self, driver: asyncio.Future[Playwright]) -> bool:
        """Play the accounts; tells whether there could have been several."""
        from runner.cli.browsers import Browsers
        from runner.cli.logs import set_up
        from runner.cli.wiring import Wiring
        from runner.config.workspace import Workspace
        from runner.ledger.ledger import Ledger

        request = self._request
        workspace = Workspace.open(request.workspace)
        logs = workspace.config.logs
        set_up(
            request.home.logs,
            request.redactor,
            shown=request.level,
            written=logs.level,
            keep=logs.keep,
        )
        with Ledger.open(request.home.ledger) as ledger:
            chosen = _chosen(workspace, request, ledger)
            async with AsyncExitStack() as stack:
                browsers = Browsers(driver, workspace, request.home, stack, headed=request.headed)
                wiring = Wiring(
                    workspace,
                    request.home,
                    ledger,
                    browsers.open_session,
                    self._progress.step,
                    request.redactor,
                )
                browsers.begin(sorted({account.at for account, _ in chosen}))
                try:
                    await self._play(chosen, wiring, workspace.config.browser.parallel)
                finally:
                    self._untold = await wiring.deliver()
                    wiring.tidy()
        return len(chosen) != 1

    async def _play(
        self, chosen: list[tuple[Account, Site]], wiring: Wiring, parallel: int
    ) -> None:
        from runner.renewal.run import Options, run_account

        request, together = self._request, asyncio.Semaphore(parallel)

        async def one(account: Account, site: Site) -> None:
            async with together:
                wiring.begin_credentials(account)
                options = Options(
                    trigger="due" if request.due else "hand",
                    dry_run=request.dry_run,
                    read_only=request.read_only,
                    trace=request.trace or wiring.wants_trace(account),
                )

                def end(result: RunResult) -> None:
                    self._results.append(result)
                    wiring.post(result, account)

                await run_account(account, site, wiring.tools(), options, end)

        async with asyncio.TaskGroup() as group:
            for account, site in chosen:
                group.create_task(one(account, site))

    def _show(self, several: bool) -> int:
        from runner.renewal.outcome import EXIT_CODES, gravest

        if self._request.as_json:
            found = [result.to_json() for result in self._results]
            print(json.dumps(found if several or not found else found[0], ensure_ascii=False))
        else:
            for result in self._results:
                print(summary(result))
            if not self._results and not self._stopped_by:
                print("Nothing is to be run now.")
        for line in self._untold:
            print(line, file=sys.stderr)
        if self._stopped_by:
            return 128 + self._stopped_by
        return EXIT_CODES[gravest([r.outcome for r in self._results])] if self._results else 0


def _chosen(workspace: Workspace, request: Request, ledger: Ledger) -> list[tuple[Account, Site]]:
    """The accounts to play: by flow (or by their own name), by `--account`, by their schedule."""
    from runner.flow.library import NoSuchFlow

    accounts = workspace.accounts
    names = [request.account] if request.account else list(accounts)
    if request.account and request.account not in accounts:
        workspace.account(request.account)  # raises, with the names that there are
    for flow in request.flows:
        if not any(flow in (account.flow, account.name) for account in accounts.values()):
            known = sorted({account.flow for account in accounts.values()})
            raise NoSuchFlow(flow, known)
    if request.flows:
        names = [name for name in names if {accounts[name].flow, name} & set(request.flows)]
    if request.due:
        names = [name for name in names if _is_due(accounts[name], workspace, ledger)]
    return [workspace.account(name) for name in names]


def _is_due(account: Account, workspace: Workspace, ledger: Ledger) -> bool:
    from datetime import UTC, datetime

    from runner.cli.wiring import local_zone
    from runner.schedule.times import due

    if account.schedule is None:
        return False
    last = ledger.runs.last(account.name)
    return due(
        account.schedule,
        last.started_at if last else None,
        datetime.now(UTC),
        workspace.config.timezone or local_zone(),
        account.name,
    )


async def _stop_driver(driver: asyncio.Future[Playwright]) -> None:
    """Stop the driver, also when it was still starting."""
    with suppress(Exception, asyncio.CancelledError):
        async with asyncio.timeout(10):
            await (await driver).stop()
