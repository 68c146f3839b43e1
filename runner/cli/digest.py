"""Sending digests: each once for its time, by whoever looks first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from runner.config.notify import DigestTime
    from runner.config.workspace import Workspace
    from runner.ledger.ledger import Ledger
    from runner.notify.targets import Target

_ABOUT = "kigen"
"""What stands in place of an account: a digest is about all of them."""


def put_digests(
    workspace: Workspace,
    targets: Mapping[str, Target],
    ledger: Ledger,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Put the digests whose time has come into the outbox, which knows those that it has had.

    They tell of all accounts, whichever of them the caller is about to run.
    """
    due = list(_due(workspace, ledger, now, zone))
    if not due:
        return
    from runner.notify.delivery import put
    from runner.notify.events import Event
    from runner.views.digest import Digests

    digests, ran = Digests(workspace, ledger, now, zone), ledger.runs.last_of_each()
    for name, once, since in due:
        names = {
            account.name
            for account in workspace.accounts.values()
            if targets[name].knows(account.name)
            and (account.notify is None or name in account.notify)
        }
        if not names.intersection(ran):
            continue  # nothing was ever run of which it could tell
        event = Event(
            "digest",
            account=_ABOUT,
            title="Kigen",
            at=now.astimezone(zone),
            digest=digests.digest(names, since),
        )
        put(event, name, ledger.outbox, once=once)


def _due(
    workspace: Workspace, ledger: Ledger, now: datetime, zone: ZoneInfo
) -> Iterator[tuple[str, str, datetime]]:
    """The targets whose digest is due, with its name and the time from which it tells."""
    targets = workspace.config.notify.targets
    wanted = {name: entry.digest for name, entry in targets.items() if entry.digest is not None}
    if not wanted:
        return
    from runner.notify.delivery import key_of
    from runner.views.digest_time import last_due

    for name, when in wanted.items():
        once = last_due(when, now, zone).isoformat()
        if ledger.outbox.find(key_of("digest", _ABOUT, once, name)) is None:
            yield name, once, _since(when, name, ledger, now)


def _since(when: DigestTime, target: str, ledger: Ledger, now: datetime) -> datetime:
    from runner.views.digest_time import gap_of

    last = next(iter(ledger.outbox.told(target, {"digest"}, limit=1)), None)
    return last.created_at if last is not None else now - gap_of(when)
