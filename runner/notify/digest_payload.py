"""A digest as JSON, so that an outbox can keep it, and back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from runner.notify.digest import Ahead, Digest, DigestLine, Happened, Waiting
from runner.notify.todo import Todo
from runner.values.data import DataVolume
from runner.values.money import Money


def digest_to_json(digest: Digest) -> dict[str, Any]:
    """Return the digest as JSON values."""
    return {
        "since": digest.since.isoformat(),
        "runs": digest.runs,
        "days_ahead": digest.days_ahead,
        "undelivered": digest.undelivered,
        "lines": [_line(line) for line in digest.lines],
        "waiting": [
            {
                "account": one.account,
                "line": one.line,
                "todo": todo_to_json(one.todo),
                "until": None if one.until is None else one.until.isoformat(),
            }
            for one in digest.waiting
        ],
        "happened": [
            {
                "at": one.at.isoformat(),
                "account": one.account,
                "outcome": one.outcome,
                "message": one.message,
                "times": one.times,
            }
            for one in digest.happened
        ],
        "ahead": [
            {
                "at": one.at.isoformat(),
                "account": one.account,
                "line": one.line,
                "what": one.what,
                "price": _text(one.price),
            }
            for one in digest.ahead
        ],
        "costs": [str(one) for one in digest.costs],
    }


def digest_from_json(found: Mapping[str, Any]) -> Digest:
    """Return the digest that `digest_to_json` wrote. Raises KeyError, TypeError or ValueError."""
    return Digest(
        since=datetime.fromisoformat(found["since"]),
        runs=found["runs"],
        days_ahead=found["days_ahead"],
        undelivered=found["undelivered"],
        lines=tuple(_line_of(one) for one in found["lines"]),
        waiting=tuple(
            Waiting(
                one["account"],
                one["line"],
                todo_from_json(one["todo"]),
                None if one["until"] is None else datetime.fromisoformat(one["until"]),
            )
            for one in found["waiting"]
        ),
        happened=tuple(
            Happened(**{**one, "at": datetime.fromisoformat(one["at"])})
            for one in found["happened"]
        ),
        ahead=tuple(
            Ahead(
                **{
                    **one,
                    "at": datetime.fromisoformat(one["at"]),
                    "price": _money(one["price"]),
                }
            )
            for one in found["ahead"]
        ),
        costs=tuple(Money.parse(one) for one in found["costs"]),
    )


def todo_to_json(todo: Todo) -> dict[str, Any]:
    """Return it as JSON values."""
    return {"what": todo.what, "about": todo.about, "price": _text(todo.price)}


def todo_from_json(found: Mapping[str, Any]) -> Todo:
    """Return what `todo_to_json` wrote. Raises KeyError, TypeError or ValueError."""
    return Todo(found["what"], found["about"], _money(found["price"]))


def _line(line: DigestLine) -> dict[str, Any]:
    return {
        "account": line.account,
        "line": line.line,
        "expires_on": None if line.expires_on is None else line.expires_on.isoformat(),
        "days_left": line.days_left,
        "balance": _text(line.balance),
        "data_left": None if line.data_left is None else {"bytes": line.data_left.bytes},
        "trouble": line.trouble,
        "paused": line.paused,
        "days": list(line.days),
        "balances": list(line.balances),
    }


def _line_of(found: Mapping[str, Any]) -> DigestLine:
    plain = DigestLine(**{**found, "days": tuple(found["days"])})
    day, data = found["expires_on"], found["data_left"]
    return replace(
        plain,
        expires_on=None if day is None else date.fromisoformat(day),
        balance=_money(found["balance"]),
        data_left=None if data is None else DataVolume(data["bytes"]),
        balances=tuple(found["balances"]),
    )


def _text(money: Money | None) -> str | None:
    return None if money is None else str(money)


def _money(text: str | None) -> Money | None:
    return None if text is None else Money.parse(text)
