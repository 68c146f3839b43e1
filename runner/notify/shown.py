"""The values of an event as its owner reads them: the variables of a message template."""

from typing import Any

from runner.notify.events import Event, LineFact
from runner.values.format import show


def variables(event: Event, language: str) -> dict[str, Any]:
    """Return what a template may use. Values are text in the owner's language; None: not known."""
    return {
        "event": event.name,
        "account": event.account,
        "title": event.title,
        "at": show(event.at, language),
        "outcome": event.outcome,
        "message": event.message,
        "lines": [_line(line, language) for line in event.lines],
        "run_id": event.run_id,
        "action": event.action,
        "link": event.link,
        "until": None if event.until is None else show(event.until, language),
        "report": None if event.report is None else str(event.report),
        "picture": None if event.picture is None else event.picture.name,
    }


def _line(line: LineFact, language: str) -> dict[str, Any]:
    renewal = line.renewal
    return {
        "name": line.line,
        "balance": _shown(line.balance, language),
        "expires_on": _shown(line.expires_on, language),
        "days_left": line.days_left,
        "data_left": _shown(line.data_left, language),
        "renewal": None if renewal is None else renewal.state,
        "price": None if renewal is None else _shown(renewal.price, language),
        "reference": None if renewal is None else renewal.reference,
    }


def _shown(value: Any, language: str) -> str | None:
    return None if value is None else show(value, language)
