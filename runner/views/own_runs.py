"""Runs as they ended for one line of their account: another line's success is not its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from runner.ledger.ledger import Ledger
from runner.ledger.records import LineEnd, Run


def own(run: Run, line: str, ends: Mapping[str, LineEnd]) -> Run | None:
    """The run as it ended for this line; None where it was about other lines only.

    `ends`: what is kept of the run's lines. Nothing is where it ended before the first of them, or was
    never ended: then it ended so for all. So it did in the ledgers of older versions.
    """
    if not ends:
        return run
    end = ends.get(line)
    if end is None or (end.outcome, end.message) == (run.outcome, run.message):
        return None if end is None else run
    return replace(run, outcome=end.outcome, message=end.message)


def own_runs(
    runs: Iterable[Run], line: str, ends: Mapping[str, Mapping[str, LineEnd]]
) -> list[Run]:
    """Those of these runs that were about this line. `ends`: as `line_ends.since` gives them."""
    found = (own(run, line, ends.get(run.id, {})) for run in runs)
    return [run for run in found if run is not None]


class LastRuns:
    """The last run of every line. `of_account`: that of every account."""

    def __init__(self, ledger: Ledger, of_account: Mapping[str, Run]) -> None:
        self._ledger, self._of_account = ledger, of_account
        self._ends: dict[str, dict[str, LineEnd]] = {}
        self._latest = ledger.line_ends.latest()
        for one in self._latest.values():
            self._ends.setdefault(one.run_id, {})[one.line] = one

    def of(self, account: str, line: str) -> Run | None:
        """None: never run. The account's last run may have been about other lines only: then it is the
        last one that was about this one.
        """
        run = self._of_account.get(account)
        found = None if run is None else own(run, line, self._ends.get(run.id, {}))
        end = self._latest.get((account, line))
        if found is not None or end is None:
            return found
        return own(self._ledger.runs.get(end.run_id), line, {line: end})
