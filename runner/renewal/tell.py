"""Telling the owner: what a run's result is as an event."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from runner.challenge.handoff import Asked
from runner.ledger.records import Renewal
from runner.notify.events import Event, LineFact, RenewalFact
from runner.notify.todo import Todo, What
from runner.renewal.outcome import REPORT, LineResult, RunResult

_BY_OWNER: tuple[What, ...] = ("approve", "resolve")
"""What is said about a renewal by a command of the same name."""


def event_of(result: RunResult, timezone: ZoneInfo) -> Event:
    """The event that a run's end is."""
    folder = Path(result.evidence) if result.evidence else None
    return Event(
        name=result.outcome,
        account=result.account,
        title=result.title,
        at=result.started_at.astimezone(timezone),
        outcome=result.outcome,
        message=result.message,
        lines=tuple(_line(line) for line in result.lines),
        run_id=result.run_id,
        action=result.hint,
        link=result.link,
        picture=folder / result.picture if folder and result.picture else None,
        report=folder / REPORT if folder else None,
        todos=tuple(_todos(result)),
    )


def _todos(result: RunResult) -> Iterator[Todo]:
    """What its owner can do by a link: the same that the run's hints say by a command."""
    for line in result.lines:
        renewal = line.renewal
        if renewal is None:
            continue
        hints = f"{line.hint or ''} {result.hint or ''} {line.message}"
        for what in _BY_OWNER:
            if f"`kigen {what} {renewal.id}" in hints:
                yield Todo(what, renewal.id, renewal.price)
    if result.run_id is not None and result.evidence:
        yield Todo("report", result.run_id)


def news_events(result: RunResult, timezone: ZoneInfo) -> Iterator[tuple[str, Event]]:
    """What else was seen at the provider, each with what makes two tellings the same news."""
    for line in result.lines:
        for message in line.news:
            yield (
                f"{line.line}/{hashlib.sha256(message.encode()).hexdigest()[:16]}",
                Event(
                    name="noticed",
                    account=result.account,
                    title=result.title,
                    at=result.started_at.astimezone(timezone),
                    message=f"{line.title or line.line}: {message}",
                    run_id=result.run_id,
                ),
            )


def hand_off_event(asked: Asked, link: str, timezone: ZoneInfo) -> Event:
    """The event that a page waits for its owner."""
    return Event(
        name="hand_off",
        account=asked.account,
        title=asked.title,
        at=datetime.now(timezone),
        message=asked.message,
        run_id=asked.run_id,
        picture=asked.picture,
        link=link,
        until=asked.until.astimezone(timezone),
    )


def asked_event(
    account: str,
    title: str,
    message: str,
    timezone: ZoneInfo,
    *,
    until: datetime,
    action: str | None = None,
    run_id: str | None = None,
    picture: Path | None = None,
    todos: tuple[Todo, ...] = (),
) -> Event:
    """The event that a run waits for something that its owner does elsewhere, `until` a moment."""
    return Event(
        name="asked",
        account=account,
        title=title,
        at=datetime.now(timezone),
        message=message,
        action=action,
        run_id=run_id,
        picture=picture,
        until=until.astimezone(timezone),
        todos=todos,
    )


def expired_event(renewal: Renewal, title: str, at: datetime) -> Event:
    """The event that an approval was waited for in vain."""
    return Event(
        name="needs_you",
        account=renewal.account,
        title=title,
        at=at,
        message=f"your approval of {renewal.price} for {renewal.plan} did not come in time; nothing was "
        "paid, and the line is not renewed",
        lines=(LineFact(line=renewal.line, renewal=RenewalFact("aborted", renewal.price)),),
        action=f"the next run asks anew while it is due: `kigen run flow {renewal.account}`",
    )


def ending_event(
    account: str, title: str, line: str, last_day: date, days_left: int, why: str, at: datetime
) -> Event:
    """The event that a line comes near its last day and is not renewed."""
    left = {0: "this is its last day", 1: "one day is left"}.get(
        days_left, f"{days_left} days are left"
    )
    return Event(
        name="expires_soon",
        account=account,
        title=title,
        at=at,
        message=f"{line} lasts until {last_day.isoformat()}: {left}, and it is not renewed; {why}",
        lines=(LineFact(line=line, expires_on=last_day, days_left=days_left),),
        action=f"`kigen run flow {account}`, or renew it by hand at the provider",
    )


def _line(line: LineResult) -> LineFact:
    reading = line.reading or {}
    renewal = line.renewal
    return LineFact(
        line=line.title or line.line,
        balance=reading.get("balance"),
        expires_on=reading.get("expires_on"),
        days_left=reading.get("days_left"),
        data_left=reading.get("data_left"),
        renewal=None
        if renewal is None
        else RenewalFact(renewal.state, renewal.price, renewal.reference),
    )
