"""The values of a digest as its owner reads them, its curves as bars."""

from collections.abc import Sequence
from typing import Any

from runner.notify.digest import Digest, DigestLine
from runner.notify.shown import sentence, shown, todos
from runner.notify.todo import LinkTo
from runner.values.curve import spark
from runner.values.format import show

FULL = 30
"""Days left at which the bar of a line is full."""


def digest_variables(digest: Digest, language: str, link_to: LinkTo) -> dict[str, Any]:
    """Return what a template of a digest may use, as `variables` does."""
    return {
        "since": show(digest.since, language),
        "well": digest.well,
        "runs": digest.runs,
        "undelivered": digest.undelivered,
        "days_ahead": digest.days_ahead,
        "lines": [_line(line, language) for line in digest.lines],
        "waiting": [
            {
                "account": one.account,
                "line": one.line,
                "what": one.todo.what,
                "id": one.todo.about,
                "price": shown(one.todo.price, language),
                "until": shown(one.until, language),
                "link": next((found["link"] for found in todos((one.todo,), link_to)), None),
            }
            for one in digest.waiting
        ],
        "happened": [
            {
                "at": show(one.at, language),
                "account": one.account,
                "outcome": one.outcome,
                "message": sentence(one.message, language),
                "times": one.times,
            }
            for one in digest.happened
        ],
        "ahead": [
            {
                "at": show(one.at.date(), language),
                "account": one.account,
                "line": one.line,
                "what": one.what,
                "price": shown(one.price, language),
            }
            for one in digest.ahead
        ],
        "costs": [show(one, language) for one in digest.costs],
    }


def _line(line: DigestLine, language: str) -> dict[str, Any]:
    left = line.days_left
    return {
        "account": line.account,
        "name": line.line,
        "expires_on": shown(line.expires_on, language),
        "days_left": left,
        "part": 0 if left is None else round(100 * min(max(left, 0), FULL) / FULL),
        "balance": shown(line.balance, language),
        "data_left": shown(line.data_left, language),
        "trouble": line.trouble,
        "paused": line.paused,
        "days_chart": _chart(line.days),
        "balance_chart": _chart(line.balances),
    }


def _chart(values: Sequence[float | None]) -> str | None:
    """A curve in text; None where it would show nothing: fewer than two values."""
    return spark(values).strip() if sum(value is not None for value in values) > 1 else None
