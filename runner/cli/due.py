"""Whose time has come: by the schedule, for a renewal that waits, or for an answer that never came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from loguru import logger

from runner.ledger.errors import IllegalMove
from runner.renewal.approval import expire, late
from runner.schedule.agenda import Standing, agenda, due

if TYPE_CHECKING:
    from runner.config.model import Account
    from runner.config.secrets import Secrets
    from runner.config.workspace import Workspace
    from runner.flow.library import Site
    from runner.ledger.ledger import Ledger
    from runner.notify.targets import Target

Trigger = Literal["hand", "asked", "due", "approved", "look"]
"""Why a run began. A `look` reads only: it was called for by a renewal that is not settled. `asked`: its
owner wanted it, by the dashboard for instance.
"""


def due_accounts(
    accounts: Sequence[tuple[Account, Site]], ledger: Ledger, now: datetime, zone: ZoneInfo
) -> dict[str, Trigger]:
    """The accounts that are to run now, and why; the nearest end first. See `schedule.agenda`."""
    known = [(account, site.flow) for account, site in accounts]
    standing = Standing.of(ledger, known, now)
    return {
        entry.account.name: entry.why
        for entry in due(agenda(known, standing, now, zone), standing, now)
    }


def see_to(
    accounts: Sequence[tuple[Account, Site]],
    workspace: Workspace,
    secrets: Secrets,
    ledger: Ledger,
    zone: ZoneInfo,
) -> None:
    """What no run sees to: approvals whose time is over are ended, lines that come near their end are
    told of, digests are written, and messages that wait are sent.
    """
    from runner.cli.digest import put_digests
    from runner.cli.targets import deliver_now, targets_of

    now, targets = datetime.now(UTC), targets_of(workspace, secrets)
    end_late_approvals(accounts, targets, ledger, now, zone)
    tell_of_ends(accounts, targets, ledger, now, zone)
    try:
        put_digests(workspace, targets, ledger, now, zone)
    except Exception:  # neither a run nor a message waits for a digest
        logger.exception("a digest could not be written")
    if ledger.outbox.due(now, 1):
        deliver_now(workspace, secrets, ledger, lambda: datetime.now(UTC))


def tell_of_ends(
    accounts: Sequence[tuple[Account, Site]],
    targets: dict[str, Target],
    ledger: Ledger,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Tell of lines that come near their last day and are not renewed, once on each day."""
    from runner.cli.targets import of_account
    from runner.notify.delivery import post
    from runner.renewal.tell import ending_event
    from runner.schedule.alarm import alarms

    if not targets:
        return
    known = [(account, site.flow) for account, site in accounts]
    for alarm in alarms(known, ledger, now, zone):
        louder = alarm.account.escalate.notify
        heard = (
            of_account(targets, alarm.account)
            if louder is None
            else {name: target for name, target in targets.items() if name in louder}
        )
        event = ending_event(
            alarm.account.name, alarm.flow.title, alarm.line.title or alarm.line.name,
            alarm.last_day, alarm.days_left, alarm.why, now.astimezone(zone),
        )  # fmt: skip
        post(event, heard, ledger.outbox, once=alarm.once)


def end_late_approvals(
    accounts: Iterable[tuple[Account, Site]],
    targets: dict[str, Target],
    ledger: Ledger,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """End approvals of these accounts that did not come in time.

    The owner is told first: should this be cut off in between, the same news is put in once.
    """
    from runner.cli.targets import of_account
    from runner.notify.delivery import post
    from runner.renewal.tell import expired_event

    known = {account.name: (account, site) for account, site in accounts}
    for renewal in late(ledger, now):
        if renewal.account not in known:
            continue
        account, site = known[renewal.account]
        event = expired_event(renewal, site.flow.title, now.astimezone(zone))
        once = f"{renewal.id}/expired"
        post(event, of_account(targets, account), ledger.outbox, once=once)
        with suppress(IllegalMove):  # another process was quicker
            expire(ledger, renewal)
