"""The targets of config.yaml, and sending what waits for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runner.config.home import Home
from runner.config.secrets import Secrets
from runner.config.workspace import Workspace
from runner.config.zone import local_zone
from runner.values.secret import Redactor, Secret

if TYPE_CHECKING:
    from runner.config.model import Account
    from runner.config.notify import Quiet
    from runner.config.references import Reference
    from runner.ledger.ledger import Ledger
    from runner.notify.delivery import Report
    from runner.notify.targets import Target
    from runner.notify.todo import LinkTo

SENDING_TIME = 30.0
"""Seconds that a service has to take one message; the outbox keeps what did not go out."""


def secrets_of(workspace: Workspace, home: Home, redactor: Redactor) -> Secrets:
    """What fetches the secrets that config.yaml names."""
    return Secrets(
        os.environ,
        home.folder,
        workspace.folder,
        redactor,
        kigen=(sys.executable, "-m", "runner"),
        at_hand=_at_hand,
        programs=Path(sys.executable).parent,
    )


def _at_hand(words: Sequence[str]) -> str | None:
    from runner.cli.answers import secret

    return secret(words)


def targets_of(workspace: Workspace, secrets: Secrets) -> dict[str, Target]:
    """The targets by name; an address is fetched when something is sent to it."""
    from runner.notify.quiet import QuietHours
    from runner.notify.targets import Target

    def url(reference: Reference) -> Callable[[], Secret]:
        return lambda: secrets.fetch(reference)

    def quiet(given: Quiet | None) -> QuietHours | None:
        if given is None:
            return None
        return QuietHours(given.at.start, given.at.end, zone, given.even_urgent)

    config = workspace.config
    zone = config.timezone or local_zone()
    return {
        name: Target(
            name,
            url(entry.url),
            None if entry.events is None else frozenset(entry.events),
            entry.language or config.language,
            None if entry.accounts is None else frozenset(entry.accounts),
            has_digest=entry.digest is not None,
            quiet=quiet(entry.quiet),
            repeat=entry.repeat,
        )
        for name, entry in config.notify.targets.items()
    }


def of_account(targets: dict[str, Target], account: Account) -> dict[str, Target]:
    """Those of them that an account wants to be heard by."""
    if account.notify is None:
        return targets
    return {name: target for name, target in targets.items() if name in account.notify}


def templates_of(workspace: Workspace) -> Path | None:
    """The folder of the owner's own templates."""
    templates = workspace.config.notify.templates
    return None if templates is None else workspace.folder / templates


def deliver_now(
    workspace: Workspace, secrets: Secrets, ledger: Ledger, clock: Callable[[], datetime]
) -> Report:
    """Send what is due; what can't be sent now is tried again later."""
    from runner.notify.delivery import deliver
    from runner.notify.send import AppriseSender

    sender = AppriseSender(time_limit=SENDING_TIME)
    targets = targets_of(workspace, secrets)
    links = _links_of(workspace, secrets.home, ledger, clock)
    return deliver(ledger.outbox, targets, sender, clock, templates_of(workspace), links)


def _links_of(
    workspace: Workspace, home: Path, ledger: Ledger, clock: Callable[[], datetime]
) -> LinkTo:
    """What makes the links of messages: to the dashboard, where config.yaml tells its address."""
    from runner.browser.keys import NoKey
    from runner.browser.vault import Vault
    from runner.notify.todo import no_link

    dashboard = workspace.config.dashboard
    if not dashboard or isinstance(dashboard, bool) or dashboard.url is None:
        return no_link
    from runner.challenge.inbox import Inbox
    from runner.web.act_links import USE, ActLinks, MessageLinks
    from runner.web.links import Links, key_for

    vault = Vault(home, os.environ)
    try:
        links = Links(key_for(USE, vault.keys.all()[0]), clock)
    except NoKey:
        return no_link
    return MessageLinks(ActLinks(links, dashboard.url), ledger, Inbox(vault, clock), clock)
