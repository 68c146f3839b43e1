"""Looking at authenticators' secrets before a run needs them."""

from __future__ import annotations

from collections.abc import Iterator

from runner.config.model import Account
from runner.config.secrets import Secrets, Unresolved
from runner.flow.mistakes import Mistake
from runner.flow.source import Source
from runner.values.authenticator import Authenticator

AT_ONCE = frozenset({"env", "file"})
"""Kinds of references that cost nothing to look at: no program runs, no keyring is unlocked."""

EVERYWHERE = AT_ONCE | {"command", "keyring"}


def check_authenticators(
    account: Account, source: Source, secrets: Secrets, kinds: frozenset[str] = AT_ONCE
) -> Iterator[Mistake]:
    """What is wrong with the account's authenticator secrets, at its place in config.yaml."""
    own = ("accounts", account.name, "codes")
    base = own if source.has(own) else ("defaults", "codes")
    for number, entry in enumerate(account.codes):
        if entry.totp is None or entry.totp.kind not in kinds:
            continue
        path = (*base, number, "totp")
        try:
            Authenticator.parse(secrets.fetch(entry.totp).reveal())
        except Unresolved as error:
            yield source.mistake(path, str(error), error.hint)
        except ValueError as error:
            yield source.mistake(path, f"{entry.totp}: {error}")
