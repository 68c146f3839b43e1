"""Putting a workspace's settings to work: what a run uses, and what becomes of its results."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from loguru import logger

from runner.browser.refusals import Refusals
from runner.browser.saved import SESSIONS
from runner.browser.vault import Vault
from runner.cli.targets import deliver_now, secrets_of, targets_of
from runner.config.home import Home
from runner.config.references import Reference
from runner.config.secrets import Unresolved
from runner.config.workspace import Workspace
from runner.config.zone import local_zone
from runner.ledger.ledger import Ledger
from runner.page.problems import NeedsOwner
from runner.renewal.outcome import RunResult
from runner.renewal.tools import Tools
from runner.renewal.vouchers import Stock
from runner.values.secret import Redactor

if TYPE_CHECKING:
    from runner.browser.session import Session
    from runner.challenge.codes import Asked as AskedCode
    from runner.challenge.codes import CodeSources
    from runner.challenge.handoff import Asked, Ended
    from runner.challenge.handoff_live import LivePage
    from runner.cli.hand_off import LivePages
    from runner.config.model import Account
    from runner.notify.events import Event
    from runner.notify.targets import Target
    from runner.page.evidence import StepRecord
    from runner.renewal.payments import LookForMails


_LOOK_BACK = 1000
"""Runs that are looked through for how long trouble has lasted."""


class Wiring:
    """The tools of one command, made from config.yaml."""

    def __init__(
        self,
        workspace: Workspace,
        home: Home,
        ledger: Ledger,
        open_session: Callable[..., AbstractAsyncContextManager[Session]],
        on_step: Callable[[str, StepRecord], None],
        redactor: Redactor,
        live_pages: LivePages,
        show_line: Callable[..., None] = lambda *_, **__: None,
    ) -> None:
        self._live_pages, self._show_line = live_pages, show_line
        self._telling: list[asyncio.Future[bool]] = []
        self._workspace, self._home, self._ledger = workspace, home, ledger
        self._open_session, self._on_step = open_session, on_step
        self.redactor = redactor
        self._secrets = secrets_of(workspace, home, redactor)
        self._fetching: dict[str, asyncio.Task[Mapping[str, Any]]] = {}

    @property
    def timezone(self) -> ZoneInfo:
        return self._workspace.config.timezone or local_zone()

    def tools(self) -> Tools:
        """What runs use."""
        return Tools(
            ledger=self._ledger,
            redactor=self.redactor,
            clock=_now,
            evidence_folder=self._home.evidence,
            receipts_folder=self._home.receipts,
            timezone=self.timezone,
            workspace_caps=self._workspace.config.caps,
            codes=self.codes,
            mails=self.mails,
            credentials=self.credentials,
            refusals=Refusals(self._home.refusals),
            open_session=self._open_session,
            ask_person=self.ask_person,
            vouchers=Stock(self._ledger, Vault(self._home.folder, os.environ), self.redactor, _now),
            call_owner=self.call_owner,
            on_step=self._on_step,
        )

    def tools_of_login(self) -> Tools:
        """What a person uses who signs in by hand, and need not be told by any other way."""

        async def ask(account: Account, asked: Asked, live: LivePage) -> Ended:
            return await self._live_pages.ask(account, asked, live, _nobody_else)

        return replace(self.tools(), ask_person=ask)

    def begin_credentials(self, account: Account) -> None:
        """Start fetching an account's credentials, beside whatever else there is to do; not where a
        session is kept, which may hold and need none."""
        if not Vault(self._home.folder, os.environ).file(SESSIONS, account.name).exists():
            task = asyncio.ensure_future(self._fetch(account))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._fetching[account.name] = task

    async def credentials(self, account: Account) -> Mapping[str, Any]:
        """An account's credentials; raises NeedsOwner where one can't be fetched."""
        try:
            return await (self._fetching.get(account.name) or self._fetch(account))
        except Unresolved as error:
            raise NeedsOwner(f"a credential can't be fetched: {error}", hint=error.hint) from None

    def codes(self, account: Account) -> CodeSources:
        """Where an account's one-time codes come from."""
        from runner.cli.code_sources import code_sources

        return code_sources(
            account,
            self._workspace.accounts,
            self._secrets,
            _now,
            partial(self._ask_for_code, account),
        )

    def mails(self, account: Account) -> LookForMails | None:
        """How to look into an account's mailbox; None where it has none."""
        from runner.cli.code_sources import mails_of

        return mails_of(account, self._secrets)

    async def call_owner(self, event: Event, account: Account) -> None:
        """Tell the owner that a run waits for them; the run goes on waiting meanwhile."""
        telling = asyncio.ensure_future(self.tell(event, account))
        telling.add_done_callback(lambda told: self._show(event, told))
        self._telling.append(telling)

    async def _ask_for_code(self, account: Account, asked: AskedCode) -> None:
        from runner.notify.todo import Todo
        from runner.renewal.tell import asked_event

        await self.call_owner(
            asked_event(
                account.name,
                self._workspace.library.load(account.flow).flow.title,
                f"the site asks for a code of {asked.digits} digits",
                self.timezone,
                until=asked.until,
                action=f"kigen code {account.name} {'123456789'[: asked.digits]}",
                todos=(Todo("code", account.name),),
            ),
            account,
        )

    def _show(self, event: Event, told: asyncio.Future[bool]) -> None:
        """At the terminal; elsewhere only where nobody has heard of it."""
        listens = not told.cancelled() and told.exception() is None and told.result()
        text = f"{event.account}: {event.message}"
        self._show_line(f"{text} ({event.action})" if event.action else text, told=listens)

    def wants_trace(self, account: Account) -> bool:
        """Whether config.yaml asks for a trace: always, or because the last run failed."""
        wish = self._workspace.config.evidence.trace
        if wish != "on_failure":
            return wish == "always"
        last = self._ledger.runs.last(account.name)
        return last is not None and last.outcome in ("failed", "changed")

    def post(self, result: RunResult, account: Account) -> None:
        """Put what happened into the outbox, for every target that wants to hear of it."""
        refusals = Refusals(self._home.refusals)
        if result.outcome == "rejected" and refusals.told(account.name):
            return  # once is enough, until another password is refused
        targets = self._targets_for(account)
        if targets:
            from runner.notify.course import TROUBLE, post_end
            from runner.notify.delivery import post
            from runner.renewal.tell import event_of, news_events

            trouble = result.outcome in TROUBLE
            runs = self._ledger.runs.list(account.name, limit=_LOOK_BACK) if trouble else []
            event = event_of(result, self.timezone)
            post_end(event, targets, self._ledger.outbox, runs, _now(), once=result.once)
            for once, news in news_events(result, self.timezone):
                post(news, targets, self._ledger.outbox, once=once)
            if result.outcome == "rejected":
                refusals.tell(account.name)

    async def ask_person(self, account: Account, asked: Asked, live: LivePage) -> Ended:
        """Show a live page to the account's owner, and wait for them. Raises NoPerson."""
        return await self._live_pages.ask(account, asked, live, self.tell)

    async def tell(self, event: Event, account: Account) -> bool:
        """Tell the owner now; whether anybody listens."""
        from runner.notify.delivery import post

        now = _now()
        in_time = {
            name: target
            for name, target in self._targets_for(account).items()
            if target.in_time(event, now)
        }
        listening = post(event, in_time, self._ledger.outbox)
        if listening:
            await self._send()
        return bool(listening)

    async def deliver(self) -> list[str]:
        """Send what waits in the outbox; gives a line for each message that did not arrive."""
        await asyncio.gather(*self._telling, return_exceptions=True)
        return await self._send()

    async def _send(self) -> list[str]:
        if not self._ledger.outbox.due(_now(), 1):
            return []
        report = await asyncio.to_thread(
            deliver_now, self._workspace, self._secrets, self._ledger, _now
        )
        for fate in report.sent:
            logger.info("told {} of {}", fate.target, fate.event)
        lines = [
            f"{fate.target} could not be told of {fate.event} yet ({fate.reason}); tried again later"
            for fate in report.waiting
        ] + [
            f"{fate.target} was never told of {fate.event} ({fate.reason}); given up"
            for fate in report.given_up
        ]
        for line in lines:
            logger.info(line)
        return [self.redactor.mask(line) for line in lines]

    def tidy(self) -> None:
        """Make room: old evidence goes, and codes that nobody has taken."""
        from runner.cli.code_sources import inbox_of
        from runner.renewal.pruning import in_use, prune

        settings = self._workspace.config.evidence
        inbox_of(self._home.folder, _now).sweep()
        prune(
            self._home.evidence,
            keep=settings.keep,
            at_most=settings.at_most,
            clock=_now,
            spare=in_use(self._ledger),
        )

    def targets(self) -> dict[str, Target]:
        """The targets of config.yaml; their addresses are fetched when something is sent."""
        return targets_of(self._workspace, self._secrets)

    def _targets_for(self, account: Account) -> dict[str, Target]:
        targets = self.targets()
        if account.notify is None:
            return targets
        return {name: target for name, target in targets.items() if name in account.notify}

    async def _fetch(self, account: Account) -> Mapping[str, Any]:
        names = list(account.credentials)
        values = await asyncio.gather(*(self._value(account.credentials[name]) for name in names))
        return dict(zip(names, values, strict=True))

    async def _value(self, given: Any) -> Any:
        if isinstance(given, Reference):
            return await asyncio.to_thread(self._secrets.fetch, given)
        return given.reveal()  # plain text that the flow does not call a secret


async def _nobody_else(_: Event, __: Account) -> bool:
    return False


def _now() -> datetime:
    return datetime.now(UTC)
