"""Telling the owner: what a run's result is as an event."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from runner.notify.events import Event, LineFact, RenewalFact
from runner.renewal.outcome import LineResult, RunResult


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
        picture=folder / result.picture if folder and result.picture else None,
        report=folder / "report.html" if folder else None,
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
