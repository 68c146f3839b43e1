"""Playing accounts from the command line: everything is set up here, and put away again."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.cli import stopping
from runner.cli.progress import Progress
from runner.config.home import Home

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.browser.early import EarlyDriver
    from runner.cli.due import Trigger
    from runner.cli.engine import Engine
    from runner.cli.invocation import Invocation
    from runner.cli.trial import Trial
    from runner.cli.wiring import Wiring
    from runner.config.model import Account
    from runner.config.workspace import Workspace
    from runner.flow.library import Site
    from runner.flow.source import Texts
    from runner.ledger.ledger import Ledger
    from runner.ledger.records import Wish
    from runner.page.evidence import StepRecord
    from runner.renewal.outcome import RunResult
    from runner.values.secret import Redactor


@dataclass(frozen=True)
class Request:
    """What the person asked for. `flows` empty: every account. `due`: those whose time has come.

    `workspace` None: the one that is found from here. `texts` stand for its files: see `Workspace.open`.
    """

    workspace: Path | None
    home: Home
    redactor: Redactor
    flows: tuple[str, ...] = ()
    account: str | None = None
    due: bool = False
    dry_run: bool = False
    read_only: bool = False
    headed: bool = False
    trace: bool = False
    passkey: bool = False
    field_test: bool = False
    as_json: bool = False
    quiet: bool = False
    level: str = "warning"
    texts: Texts | None = field(default=None, repr=False)

    @classmethod
    def of(cls, call: Invocation) -> Request:
        """What holds for whatever is asked for in this call. Raises NoWorkspace."""
        return cls(call.folder, call.home, call.redactor, quiet=call.quiet, level=call.level)


def run_accounts(request: Request, early: EarlyDriver | None = None) -> int:
    """Play what was asked for; gives the exit code of the gravest outcome.

    `early`: the browser's driver, where it was started before.

    Raises Mistakes, NoSuchAccount, NoSuchFlow or WrongCall before anything was played.
    """
    command = _Command(request, early)
    with stopping.hearing(None):
        code = asyncio.run(_shown(command))
        with suppress(KeyboardInterrupt), stopping.hearing(stopping.give_up):
            command.tell_others()
    return code


@dataclass(frozen=True)
class Played:
    """How a command ended: its exit code, what `--json` prints, whether a signal has stopped it."""

    code: int
    found: Any
    stopped: bool


async def play(request: Request, engine: Engine) -> Played:
    """Play what was asked for, with an engine that stays. Raises what `run_accounts` raises."""
    command = _Command(request, engine=engine)
    await command.go()
    return command.played()


async def _shown(command: _Command) -> int:
    await command.go()
    return command.show()


class _Command:
    def __init__(
        self, request: Request, early: EarlyDriver | None = None, engine: Engine | None = None
    ) -> None:
        self._request, self._early, self._engine = request, early, engine
        self._progress = Progress(quiet=request.quiet)
        self._stopped_by = 0
        self._workspace: Workspace | None = None
        self._several = True  # whether there could have been several accounts
        self._triggers: dict[str, Trigger] = {}
        self._wishes: Mapping[str, Wish] = {}
        self._results: list[RunResult] = []
        self._untold: list[str] = []
        self._trial: Trial | None = None
        self._warming: asyncio.Future[None] | None = None

    async def go(self) -> None:
        """Play, and put everything away again."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  a coroutine runs in a task
        with stopping.hearing_in_loop(partial(self._stop, task)):
            try:
                async with AsyncExitStack() as stack:
                    await self._run(stack)
            except asyncio.CancelledError:
                if not self._stopped_by:
                    raise
            finally:
                self._progress.clear()

    def _stop(self, task: asyncio.Task[Any], number: int) -> None:
        if not self._stopped_by:  # a second Ctrl-C must not cut the orderly end off
            self._stopped_by = number
            task.cancel()
            self._progress.say("stopping in good order …")

    async def _run(self, stack: AsyncExitStack) -> None:
        """Play the accounts.

        What is slow goes on side by side: the driver starts while files are read, the browser
        starts while the ledger is opened. Only `due` looks first whether there is anything to do.
        """
        request = self._request
        from runner.cli.engine import Engine

        engine = self._engine
        if engine is None and not request.due:
            engine = await Engine.begin(stack, self._early)
        workspace, chosen = await asyncio.to_thread(_load, request)
        self._workspace = workspace
        opening = asyncio.ensure_future(asyncio.to_thread(_open_ledger, request))
        if request.due:
            chosen = await asyncio.to_thread(self._due, chosen, workspace, await opening)
            if not chosen:
                (await opening).close()
                return
        engine = engine or await Engine.begin(stack)
        self._several = len(chosen) != 1
        if request.field_test:
            from runner.cli.trial import Trial

            self._trial = Trial.of(chosen, request.redactor)
        from runner.cli.browsers import Browsers

        stack.push_async_callback(self._end_warm_up)
        browsers = Browsers(engine, workspace, request.home, headed=request.headed)
        browsers.begin(
            [(account, site.flow) for account, site in chosen if site.flow.kept_by == "site"]
        )
        ledger = stack.enter_context(await opening)
        from runner.cli.hand_off import live_pages_of
        from runner.cli.wiring import Wiring
        from runner.ledger.errors import LedgerError

        wiring = Wiring(
            workspace,
            request.home,
            ledger,
            browsers.open_session,
            self._step,
            request.redactor,
            live_pages_of(workspace, request.home, stack, request.redactor, self._progress),
            self._progress.link,
        )
        try:
            await self._play(chosen, wiring, workspace.config.browser.parallel)
        finally:
            try:
                self._untold += await wiring.deliver()
                wiring.tidy()
            except LedgerError as error:  # what was played is shown all the same
                self._untold.append(f"what waits to be sent can't be looked up: {error}")

    def _due(
        self, accounts: list[tuple[Account, Site]], workspace: Workspace, ledger: Ledger
    ) -> list[tuple[Account, Site]]:
        """Those whose time has come, after what waits without them was seen to."""
        from runner.cli.due import due_accounts, see_to
        from runner.cli.targets import secrets_of
        from runner.config.zone import local_zone

        zone = workspace.config.timezone or local_zone()
        secrets = secrets_of(workspace, self._request.home, self._request.redactor)
        see_to(accounts, workspace, secrets, ledger, zone)
        due = due_accounts(accounts, ledger, datetime.now(UTC), zone)
        if "asked" in due.values():
            self._wishes = ledger.wishes.open()
        # Another process may just have taken a wish: without it, nobody knows what was asked for.
        self._triggers = {
            name: why for name, why in due.items() if why != "asked" or name in self._wishes
        }
        known = {account.name: (account, site) for account, site in accounts}
        return [known[name] for name in self._triggers]

    async def _play(
        self, chosen: list[tuple[Account, Site]], wiring: Wiring, parallel: int
    ) -> None:
        from runner.ledger.errors import LedgerError
        from runner.renewal.run import run_account
        from runner.renewal.tools import Options

        request, together = self._request, asyncio.Semaphore(parallel)

        async def one(account: Account, site: Site) -> None:
            async with together:
                wiring.begin_credentials(account)
                trial = self._trial
                trigger = self._triggers.get(account.name, "field test" if trial else "hand")
                wish = self._wishes.get(account.name) if trigger == "asked" else None
                options = Options(
                    trigger=trigger,
                    wish=wish.id if wish else None,
                    dry_run=request.dry_run or (wish is not None and wish.dry_run),
                    read_only=request.read_only or trigger == "look" or trial is not None,
                    trace=request.trace or wiring.wants_trace(account),
                    passkey=request.passkey,
                    looking=trial.looking if trial else None,
                )

                def end(result: RunResult) -> None:
                    self._results.append(result)
                    if trial is not None:
                        trial.end(result)
                    try:
                        wiring.post(result, account)
                    except LedgerError as error:
                        self._untold.append(f"nobody is told of {result.outcome}: {error}")

                await run_account(account, site, wiring.tools(), options, end)

        async with asyncio.TaskGroup() as group:
            for account, site in chosen:
                group.create_task(one(account, site))

    def _step(self, account: str, step: StepRecord) -> None:
        self._progress.step(account, step)
        if step.path.startswith("read"):
            self._warm_up()
        if self._trial is not None:
            self._trial.step(step)

    def _warm_up(self) -> None:
        """Load what is needed only now, while the page fetches its figures."""
        if self._warming is None:
            self._warming = asyncio.ensure_future(asyncio.to_thread(_warm_up))

    async def _end_warm_up(self) -> None:
        if self._warming is not None:
            with suppress(Exception):
                await self._warming

    def show(self) -> int:
        """Show how it ended; gives the exit code."""
        from runner.cli.summary import summary

        played = self.played()
        if self._request.as_json:
            print(json.dumps(played.found, ensure_ascii=False))
        else:
            for result in self._results:
                print(summary(result))
            if self._trial is not None:
                print(self._trial.told())
            if not self._results and not self._stopped_by and not self._request.quiet:
                print("Nothing is to be run now.")
        return played.code

    def tell_others(self) -> None:
        """Tell those who are to be kept up to date, now that the result is shown."""
        request, workspace = self._request, self._workspace
        if workspace is None or self._stopped_by:
            return
        whole_round = request.due and request.account is None
        if workspace.config.mqtt is not None or (whole_round and workspace.config.ping is not None):
            from runner.cli.others import tell_once

            tell_once(workspace, request.home, request.redactor, whole_round=whole_round)

    def played(self) -> Played:
        """How it ended; whom nobody could tell is said on standard error."""
        from runner.renewal.outcome import EXIT_CODES, gravest

        for line in self._untold:
            print(line, file=sys.stderr)
        found = [result.to_json() for result in self._results]
        if self._trial is not None:
            found = [self._trial.to_json(one) for one in found]
        code = EXIT_CODES[gravest([r.outcome for r in self._results])] if self._results else 0
        return Played(
            128 + self._stopped_by if self._stopped_by else code,
            found if self._several or not found else found[0],
            stopped=bool(self._stopped_by),
        )


def _load(request: Request) -> tuple[Workspace, list[tuple[Account, Site]]]:
    """Read config.yaml and the flows of the accounts that were asked for, and begin the log."""
    from runner.cli.chosen import check_codes, chosen
    from runner.cli.logs import set_up
    from runner.config.workspace import Workspace, find_workspace

    folder = request.workspace or find_workspace(None, os.environ, Path.cwd())
    workspace = Workspace.open(folder, request.texts)
    logs = workspace.config.logs
    set_up(
        request.home.logs,
        request.redactor,
        shown=request.level,
        written=logs.level,
        keep=logs.keep,
    )
    accounts = chosen(workspace, request.flows, request.account)
    check_codes(workspace, request.home, request.redactor, [account for account, _ in accounts])
    return workspace, accounts


def _open_ledger(request: Request) -> Ledger:
    """Open the ledger, and load what the run will need while nobody waits for it."""
    from runner.ledger.ledger import Ledger

    ledger = Ledger.open(request.home.ledger)
    importlib.import_module("runner.cli.wiring")
    return ledger


def _warm_up() -> None:
    """Load what values and the end of a run need. While pages are on their way the browser wants
    the processor for itself; it is idle while a page waits for its figures."""
    importlib.import_module("cryptography.fernet")
    from runner.renewal.report import template
    from runner.values.read import warm_up

    warm_up()
    template()
