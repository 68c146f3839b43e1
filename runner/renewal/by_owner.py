"""Lines without a site: the owner tells until when they last, and is reminded to renew them in time."""

from __future__ import annotations

from datetime import date
from typing import Any

from runner.config.model import Account, Line
from runner.flow.expressions import Expression, compile_condition
from runner.ledger.ledger import Ledger
from runner.ledger.records import Run
from runner.renewal.outcome import LineResult
from runner.renewal.policy import PolicyUnclear, decide, facts

REMIND = "days_left <= 14"
"""When the owner is reminded, where no policy says so."""


def look_at(ledger: Ledger, account: Account, today: date, *, read_only: bool) -> list[LineResult]:
    """Every line as its owner last told it, and whether it is time. Nothing else is touched."""
    told, paused = ledger.readings.latest([account.name]), ledger.pauses.now()
    return [
        _look(
            line,
            getattr(told.get((account.name, line.name)), "expires_on", None),
            today,
            read_only,
            (account.name, line.name) in paused,
        )
        for line in account.lines
    ]


def note(ledger: Ledger, account: Account, line: Line, until: date, today: date, run: Run) -> None:
    """Keep the owner's word on until when a line lasts."""
    values: dict[str, Any] = {"expires_on": until.isoformat(), "days_left": (until - today).days}
    ledger.readings.add(
        run.id,
        account.name,
        line.name,
        expires_on=until,
        days_left=(until - today).days,
        values=values,
    )


def reminds_when(line: Line) -> Expression:
    """When its owner is reminded of a line."""
    return line.policy.when if line.policy and line.policy.when else compile_condition(REMIND)


def _look(line: Line, until: date | None, today: date, read_only: bool, paused: bool) -> LineResult:
    result = LineResult(line.name, line.title)
    if paused:
        result.outcome, result.message = "read_only", "it is paused: you are not reminded of it"
        return result
    hint = f"when it is done: `kigen renewed '{line.name}' --until DATE`"
    how = f": {line.how}" if line.how else ""
    if until is None:
        result.outcome, result.hint = "needs_you", hint.replace("when it is done: ", "")
        result.message = "nobody has said yet until when it lasts"
        return result
    reading = facts({"expires_on": until}, today)
    del reading["today"]
    result.before = result.reading = reading
    try:
        decision = decide(reminds_when(line), facts(reading, today))
    except PolicyUnclear as unclear:
        result.outcome, result.message = "needs_you", str(unclear)
        return result
    result.decision = decision.why
    if not decision.due:
        result.outcome, result.message = "nothing_due", "nothing is due"
        return result
    days = (until - today).days
    last = (
        f"it lasts until {until.isoformat()}" if days >= 0 else f"it ended on {until.isoformat()}"
    )
    result.message = f"{last}; renew it by hand{how}"
    result.outcome, result.hint = ("read_only" if read_only else "needs_you"), hint
    return result
