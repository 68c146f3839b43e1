"""The sources of an account's one-time codes, made from config.yaml."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loguru import logger

from runner.config.codes import CodeSource, Mail, Webhook
from runner.config.secrets import Secrets, Unresolved

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from runner.challenge.codes import Asked, CodeSources, Source
    from runner.challenge.inbox import Inbox
    from runner.challenge.mail import MailServer
    from runner.challenge.webhook import Door, Keys
    from runner.config.addresses import Address
    from runner.config.model import Account
    from runner.renewal.payments import LookForMails

BY_HAND = "`kigen code`"
"""What the inbox is called where nothing but the owner fills it."""

TURN = 2.0
"""Seconds between two attempts to listen where somebody else does."""

Clock = Callable[[], datetime]
AskOwner = Callable[["Asked"], "Awaitable[None]"]
"""Tells the owner that a code is wanted."""


def code_sources(
    account: Account,
    accounts: Mapping[str, Account],
    secrets: Secrets,
    clock: Clock,
    ask_owner: AskOwner,
) -> CodeSources:
    """Where an account's codes come from; what its owner gives by hand is always listened to.

    `accounts` are all that there are: whose messages come in while this one listens.
    """
    from runner.challenge.codes import CodeSources
    from runner.challenge.inbox import InboxSource

    making = _Making(account, accounts, secrets, clock, ask_owner)
    sources = [making.source(entry) for entry in account.codes]
    in_use = any(isinstance(source, InboxSource) for source in sources)
    beside = None if in_use else InboxSource(BY_HAND, account.name, making.inbox)
    return CodeSources(sources, secrets.redactor, clock, beside)


def inbox_of(home: Path, clock: Clock) -> Inbox:
    """The inbox of a home."""
    from runner.browser.vault import Vault
    from runner.challenge.inbox import Inbox

    return Inbox(Vault(home, os.environ), clock)


def keys_of(accounts: Mapping[str, Account], secrets: Secrets, name: str) -> Keys | None:
    """What an account's phone has to know; None where it has no webhook, or its keys can't be had."""
    from runner.challenge.webhook import Keys

    account = accounts.get(name)
    given = next((one.webhook for one in account.codes if one.webhook), None) if account else None
    if given is None:
        return None
    try:
        return Keys(
            None if given.token is None else secrets.fetch(given.token),
            None if given.signing_key is None else secrets.fetch(given.signing_key),
        )
    except Unresolved as error:
        logger.error("{}: messages of its phone are refused: {}", name, error)
        return None


def mails_of(account: Account, secrets: Secrets) -> LookForMails | None:
    """How to look into the mailbox that an account's codes come to; None where they come otherwise."""
    mail = next((one.mail for one in account.codes if one.mail), None)
    if mail is None:
        return None
    from runner.challenge.mail import mails_from

    return partial(mails_from, _server(mail, secrets))


def _server(mail: Mail, secrets: Secrets) -> MailServer:
    from runner.challenge.mail import MailServer

    reference = mail.password or mail.access_token
    assert reference is not None  # noqa: S101  the model has seen to it
    return MailServer(
        mail.host,
        mail.port,
        mail.user,
        lambda: secrets.fetch(reference),
        by_token=mail.password is None,
        security=mail.security,
        folder=mail.folder,
    )


class _Making:
    def __init__(
        self,
        account: Account,
        accounts: Mapping[str, Account],
        secrets: Secrets,
        clock: Clock,
        ask_owner: AskOwner,
    ) -> None:
        self._account, self._accounts, self._secrets = account, accounts, secrets
        self._clock, self._ask_owner = clock, ask_owner
        self.inbox = inbox_of(secrets.home, clock)

    def source(self, entry: CodeSource) -> Source:
        from runner.challenge import sources
        from runner.values.authenticator import Authenticator

        secrets = self._secrets
        if entry.totp is not None:
            reference = entry.totp
            return sources.TotpSource(
                lambda: Authenticator.parse(secrets.fetch(reference).reveal()), self._clock
            )
        if entry.mail is not None:
            return self._mail(entry.mail, entry)
        if entry.webhook is not None:
            return self._webhook(entry.webhook, entry)
        if entry.command is not None:
            words, environment = secrets.words(entry.command), secrets.command_environment()
            return sources.CommandSource(words, environment, entry.pattern)
        if entry.file is not None:
            return sources.FileSource(secrets.path(entry.file), entry.pattern)
        if entry.ask is not None:
            return self._ask()
        return sources.PromptSource(self._account.name)

    def _mail(self, mail: Mail, entry: CodeSource) -> Source:
        from runner.challenge.mail import MailSource

        server = _server(mail, self._secrets)
        return MailSource(server, sender=mail.from_, subject=mail.subject, pattern=entry.pattern)

    def _webhook(self, webhook: Webhook, entry: CodeSource) -> Source:
        from runner.challenge.inbox import InboxSource

        name, listen = "webhook", webhook.listen
        return InboxSource(
            name if listen is None else f"{name} at {listen}",
            self._account.name,
            self.inbox,
            sender=webhook.from_,
            pattern=entry.pattern,
            serving=None if listen is None else partial(self._serving, listen),
        )

    def _serving(self, listen: Address) -> AbstractAsyncContextManager[Any]:
        return taking_messages(self._accounts, self._secrets, self._clock, listen)

    def _ask(self) -> Source:
        from runner.challenge.inbox import InboxSource

        return InboxSource(
            f"you, by {BY_HAND}",
            self._account.name,
            self.inbox,
            renews=True,
            beginning=self._ask_owner,
        )


def taking_messages(
    accounts: Mapping[str, Account], secrets: Secrets, clock: Clock, listen: Address
) -> AbstractAsyncContextManager[None]:
    """Take what the owner's phone sends to an address meanwhile, for whichever run waits for it."""
    from runner.challenge.webhook import Door

    keys = partial(keys_of, accounts, secrets)
    return _serving(Door(inbox_of(secrets.home, clock), keys, clock), listen)


@asynccontextmanager
async def _serving(door: Door, listen: Address) -> AsyncIterator[None]:
    """Take messages of the phone meanwhile."""
    task = asyncio.ensure_future(_keep_serving(door, listen))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_serving(door: Door, listen: Address) -> None:
    """Where somebody else listens, they take the messages; when they leave, it is our turn."""
    from runner.web.codes import app
    from runner.web.serve import NotServed, listening, serving

    while True:
        try:
            listener = listening(listen.host, listen.port)
        except NotServed as error:
            logger.info("messages are taken by whoever listens: {}", error)
            await asyncio.sleep(TURN)
            continue
        async with serving(app(door), listener):
            await asyncio.Event().wait()
