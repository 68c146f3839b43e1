"""Events as JSON, so that an outbox can keep them, and back."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from runner.notify.digest_payload import (
    digest_from_json,
    digest_to_json,
    todo_from_json,
    todo_to_json,
)
from runner.notify.events import Event, LineFact, RenewalFact
from runner.values.data import DataVolume
from runner.values.money import Money


def to_payload(event: Event) -> dict[str, Any]:
    """Return the event as JSON values. A picture stays a path; nothing secret is added."""
    return {
        **{field.name: getattr(event, field.name) for field in fields(event)},
        "at": event.at.isoformat(),
        "until": None if event.until is None else event.until.isoformat(),
        "lines": [_line_to_json(line) for line in event.lines],
        "picture": _text(event.picture),
        "report": _text(event.report),
        "todos": [todo_to_json(todo) for todo in event.todos],
        "since": None if event.since is None else event.since.isoformat(),
        "taken": None if event.taken is None else event.taken.isoformat(),
        "digest": None if event.digest is None else digest_to_json(event.digest),
    }


def from_payload(payload: Mapping[str, Any]) -> Event:
    """Return the event that `to_payload` wrote. Raises ValueError when it cannot be read."""
    try:
        digest = payload.get("digest")
        return Event(
            **{
                **payload,
                "at": datetime.fromisoformat(payload["at"]),
                "until": _moment(payload.get("until")),
                "lines": tuple(_line_from_json(line) for line in payload["lines"]),
                "picture": _path(payload["picture"]),
                "report": _path(payload["report"]),
                "todos": tuple(todo_from_json(todo) for todo in payload.get("todos", ())),
                "since": _moment(payload.get("since")),
                "taken": _moment(payload.get("taken")),
                "digest": digest_from_json(digest) if digest is not None else None,
            }
        )
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"this is not the record of an event: {error!r}") from error


def _line_to_json(line: LineFact) -> dict[str, Any]:
    return {
        "line": line.line,
        "balance": _money_to_json(line.balance),
        "expires_on": line.expires_on.isoformat() if line.expires_on is not None else None,
        "days_left": line.days_left,
        "data_left": {"bytes": line.data_left.bytes} if line.data_left is not None else None,
        "renewal": _renewal_to_json(line.renewal) if line.renewal is not None else None,
    }


def _renewal_to_json(renewal: RenewalFact) -> dict[str, Any]:
    return {
        "state": str(renewal.state),
        "price": _money_to_json(renewal.price),
        "reference": renewal.reference,
    }


def _line_from_json(line: Mapping[str, Any]) -> LineFact:
    data, renewal = line["data_left"], line["renewal"]
    return LineFact(
        line=line["line"],
        balance=_money_from_json(line["balance"]),
        expires_on=_day_or_moment(line["expires_on"]),
        days_left=line["days_left"],
        data_left=DataVolume(data["bytes"]) if data is not None else None,
        renewal=RenewalFact(
            renewal["state"], _money_from_json(renewal["price"]), renewal["reference"]
        )
        if renewal is not None
        else None,
    )


def _money_to_json(money: Money | None) -> str | None:
    return str(money) if money is not None else None


def _money_from_json(text: str | None) -> Money | None:
    return Money.parse(text) if text is not None else None


def _day_or_moment(text: str | None) -> date | datetime | None:
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _text(path: Path | None) -> str | None:
    return str(path) if path is not None else None


def _path(text: str | None) -> Path | None:
    return Path(text) if text is not None else None
