"""The last things that a run does, however it ended: it is written into the ledger, and its report."""

from __future__ import annotations

import time

from loguru import logger

from runner.config.model import Account
from runner.ledger.errors import LedgerError
from runner.ledger.records import Move, Run
from runner.page.evidence import Evidence
from runner.page.trace import scrub
from runner.renewal.ending import UNTOLD, after_cut, line_ends
from runner.renewal.outcome import RenewalResult, RunResult
from runner.renewal.still_open import how_to_resolve
from runner.renewal.tools import Tools


def close(
    result: RunResult,
    account: Account,
    run: Run,
    evidence: Evidence,
    tools: Tools,
    started: float,
) -> None:
    """Write ledger and report."""
    result.seconds = time.perf_counter() - started
    result.message = tools.redactor.mask(result.message)
    for line in result.lines:
        line.message = tools.redactor.mask(line.message)
    result.evidence = str(evidence.folder)
    moves: dict[str, list[Move]] = {}
    try:
        moves = _record(result, account, run, evidence, tools)
    except LedgerError as error:  # its owner is told all the same; the next run sees what is open
        log = logger.bind(account=result.account, run=run.id)
        log.error("the end of the run could not be recorded: {}", error)
        result.outcome = after_cut(result.lines, "failed")
        result.message += f" (this could not be recorded: {error})"
    try:  # what the run did stands in the ledger; evidence that can't be kept changes none of it
        if evidence.raw_trace is not None and evidence.raw_trace.exists():
            scrub(evidence.raw_trace, evidence.path("trace.zip"), tools.redactor)
        evidence.keep_timeline()
        from runner.renewal.report import write_report

        write_report(
            evidence.folder,
            result,
            evidence.steps,
            moves,
            tools.redactor,
            pictures=evidence.pictures,
            timezone=tools.timezone,
        )
    except Exception:
        logger.exception("the evidence of run {} could not be kept", run.id)
        result.notes.append("its evidence could not be kept; the log tells why")


def _record(
    result: RunResult, account: Account, run: Run, evidence: Evidence, tools: Tools
) -> dict[str, list[Move]]:
    """Write the run's end into the ledger; gives the moves of its renewals. Raises LedgerError."""
    ledger, moves = tools.ledger, {}
    for line in result.lines:
        if line.renewal is not None:
            renewal = ledger.renewals.get(line.renewal.id)
            line.renewal = RenewalResult.of(renewal)
            moves[renewal.id] = ledger.renewals.moves(renewal.id)
            if result.outcome == "payment_unknown" and renewal.state in UNTOLD:
                result.hint = result.hint or how_to_resolve(renewal.id)
    ledger.runs.end(
        run.id, outcome=result.outcome, message=result.message, evidence=evidence.folder.name,
        closed_until=result.closed_until,
        lines=line_ends(result, [line.name for line in account.lines]),
    )  # fmt: skip
    return moves
