"""A run that ended well on a live portal proves its flow, as it is now, on this machine."""

from __future__ import annotations

from loguru import logger

from runner.config.model import Account
from runner.flow.library import Site
from runner.ledger.errors import LedgerError
from runner.ledger.ledger import Ledger
from runner.renewal.outcome import RunResult

READ, RENEWED = "read", "renewed"
_WELL = ("read_only", "nothing_due", "renewed")


def reach_of(result: RunResult, account: Account, site: Site) -> str | None:
    """How far a run has proved its flow; None: not at all.

    Every line must have been read: one that was left out may be the one that can't be.
    """
    lines = result.lines
    if account.at != "live" or site.flow.kept_by == "owner" or result.outcome not in _WELL:
        return None
    if not lines or any(line.reading is None or line.outcome not in _WELL for line in lines):
        return None
    return RENEWED if any(line.outcome == "renewed" for line in lines) else READ


def note_proof(ledger: Ledger, account: Account, site: Site, result: RunResult) -> None:
    """Keep what a run has proved. That it can't be kept changes nothing about the run."""
    reach = reach_of(result, account, site)
    if reach is None or result.run_id is None:
        return
    try:
        for one in (READ, RENEWED) if reach == RENEWED else (READ,):
            ledger.proofs.add(site.flow.flow, site.digest, one, result.run_id)
    except LedgerError as error:
        logger.warning("what run {} proved could not be kept: {}", result.run_id, error)
