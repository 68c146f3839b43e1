"""How a run ends, and how each of its lines does: also where something ends it before its time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runner.flow.model import Provider
from runner.ledger.line_ends import Ends
from runner.ledger.states import State
from runner.page.problems import Problem, Refused, Seen
from runner.renewal.outcome import LineResult, RunResult, gravest
from runner.values.secret import Redactor

UNTOLD = frozenset({State.COMMITTING, State.UNKNOWN})
"""Nobody can tell yet whether it was charged."""
_PAYING = ("declined", "too_expensive", "payment_unknown", "renewal_pending", "awaiting_payment")


def sum_up(result: RunResult) -> None:
    """The gravest line stands for the run."""
    outcome = gravest([line.outcome for line in result.lines])
    told = next(line for line in result.lines if line.outcome == outcome)
    result.outcome, result.message, result.hint = outcome, told.message, told.hint
    if told.step:  # it is not said elsewhere which of them has come to grief
        result.message = f"{told.title or told.line}: {told.message}"
    result.step, result.where = told.step, told.where
    result.picture, result.once = told.picture, told.once


def cut_short(result: RunResult, outcome: str, message: str) -> None:
    """The run ends here, before its time; and so does the line that is being played. The lines before
    it have had their own end.
    """
    result.cut_short = (outcome, message)
    result.outcome, result.message = after_cut(result.lines, outcome), message
    for line in result.lines:
        if not line.message:
            line.outcome, line.message = after_cut([line], outcome), message


def cut_by(result: RunResult, problem: Problem, redactor: Redactor) -> None:
    """A problem ends the run."""
    cut_short(result, problem.ends_as(), redactor.mask(problem.message))
    result.hint, result.step, result.where = problem.hint, problem.step, problem.where
    if isinstance(problem, Seen):
        result.closed_until = problem.until


def after_cut(lines: Sequence[LineResult], otherwise: str) -> str:
    """What ended early may have left a payment unproved: that outweighs how it ended."""
    renewals = [line.renewal for line in lines if line.renewal]
    if any(renewal.state in UNTOLD and not renewal.free for renewal in renewals):
        return "payment_unknown"
    if {renewal.state for renewal in renewals} & {*UNTOLD, "confirmed", "renewal_pending"}:
        return "renewal_pending"
    return otherwise


def line_ends(result: RunResult, names: Iterable[str]) -> Ends:
    """How the run ended for each of the account's lines; none where it ended before the first one.

    A line that was not reached has what ended the run; but what became of another one's payment is not
    its own.
    """
    played = {line.line: (line.outcome, line.message) for line in result.lines}
    if not played or result.cut_short is None:
        return played
    outcome, message = result.cut_short
    others = "failed" if outcome in _PAYING else outcome
    unplayed = (others, f"it was not played: {message}")
    return {name: played.get(name, unplayed) for name in names}


def advice(problem: Problem, provider: Provider) -> str | None:
    """Where at the provider the owner can mend it."""
    signal = problem.signal if isinstance(problem, Seen) else None
    if provider.reset_password and (isinstance(problem, Refused) or signal == "wrong_secret"):
        return f"set it anew: {provider.reset_password}"
    if provider.unlock and signal == "locked":
        return f"unlock it: {provider.unlock}"
    return None
