"""Telling the owner that the files are wrong while `serve` goes on by older ones, and that they are mended."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.config.live import Settings, Trouble
    from runner.config.secrets import Secrets
    from runner.ledger.ledger import Ledger
    from runner.notify.targets import Target

_EVENT = "settings_wrong"
MOST = 5
"""Mistakes that are told one by one: a single slip may make a hundred."""


def tell_of_settings(settings: Settings, secrets: Secrets, ledger: Ledger, now: datetime) -> None:
    """Put it into the outbox that the files are wrong, once they have been so for longer than an edit
    takes; and that they are mended, for those who were told.
    """
    from runner.cli.targets import targets_of
    from runner.notify.course import post_lasting, post_lasting_over
    from runner.notify.events import Event

    trouble, zone, folder = settings.trouble, settings.zone, settings.workspace.folder
    targets = targets_of(settings.workspace, secrets)
    account, at = str(folder.absolute()), now.astimezone(zone)
    if trouble is None:
        post_lasting_over(Event(_EVENT, account, "Kigen", at), targets, ledger.outbox)
    elif trouble.lasts(now):
        event = Event(
            _EVENT,
            account,
            "Kigen",
            at,
            message=secrets.redactor.mask(in_short(trouble, folder)),
            since=trouble.since.astimezone(zone),
            taken=trouble.taken.astimezone(zone),
        )
        hearing = _hearing(targets, settings.workspace.account_names)
        post_lasting(event, hearing, ledger.outbox, now)


def in_short(trouble: Trouble, folder: Path) -> str:
    """Places and what is wrong there. The lines themselves stay at home: they may hold anything."""
    told = [
        f"{_within(folder, one.file)}:{one.place.line}:{one.place.column}: {one.message}"
        + (f"; {one.hint}" if one.hint else "")
        for one in trouble.mistakes[:MOST]
    ]
    if (more := len(trouble.mistakes) - MOST) > 0:
        told.append(f"and {more} more")
    return "\n".join(told) or trouble.message


def _within(folder: Path, file: str) -> str:
    path = Path(file)
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else file


def _hearing(targets: dict[str, Target], accounts: tuple[str, ...]) -> dict[str, Target]:
    """Who listens and hears of every account; where nobody does, who hears of some."""
    listening = {name: one for name, one in targets.items() if _EVENT in one.at_once}
    of_all = {
        name: one
        for name, one in listening.items()
        if all(one.knows(account) for account in accounts)
    }
    return of_all or listening
