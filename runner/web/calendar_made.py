"""The calendar of a workspace, from config.yaml and the ledger together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from runner.config.model import Account
from runner.flow.model import Flow
from runner.schedule.forecast import Known, forecast
from runner.views.calendar import calendar_entries, horizon
from runner.web.calendar_file import calendar_file

if TYPE_CHECKING:
    from runner.config.workspace import Workspace


def hour_of(now: datetime) -> datetime:
    """The beginning of the hour, from which on the days to come are played: what is due now does not
    move with every look.
    """
    return now.replace(minute=0, second=0, microsecond=0)


def calendar_of(
    workspace: Workspace,
    accounts: Sequence[tuple[Account, Flow]],
    known: Known,
    hour: datetime,
    zone: ZoneInfo,
) -> bytes:
    """The file. `zone` is the owner's; the ledger that `known` is of must stay open."""
    lines = sum(len(account.lines) for account, _ in accounts)
    config = workspace.config
    found = forecast(accounts, known, hour, hour + horizon(lines), zone, config.caps)
    entries = calendar_entries(accounts, known.readings, found.actions, config.language, zone)
    changed = _changed_at(workspace, known) or hour
    return calendar_file(entries, changed, config.language, zone)


def _changed_at(workspace: Workspace, known: Known) -> datetime | None:
    """When something was learned, said or set last, as far as that is known."""
    found = [
        *(reading.at for reading in known.readings.values()),
        *(renewal.updated_at for renewal in known.unsettled.values()),
        *(pause.since for pause in known.paused.values()),
    ]
    with suppress(FileNotFoundError):  # a daemon goes on by what it has read
        settings = (workspace.folder / "config.yaml").stat().st_mtime
        found.append(datetime.fromtimestamp(settings, UTC))
    return max(found, default=None)
