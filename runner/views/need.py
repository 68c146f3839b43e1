"""Whether all is well: how many lines need their owner, and how many are in danger without that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from runner.ledger.states import State
from runner.renewal.approval import is_asked
from runner.renewal.outcome import EXIT_CODES
from runner.views.danger import Danger
from runner.views.lines import LineNow

_OWNERS = frozenset(outcome for outcome, code in EXIT_CODES.items() if code == 3)
_NOT_WELL = (Danger.EXPIRED, Danger.URGENT, Danger.TROUBLE, Danger.NOT_READ)


@dataclass(frozen=True, slots=True)
class Summary:
    """All lines in a few figures. `others`: lines that are not well, but wait for nobody, by their danger."""

    lines: int
    need: int
    others: tuple[tuple[Danger, int], ...]
    next_run: datetime | None

    @property
    def well(self) -> bool:
        """Whether no line is in danger, or waits for its owner."""
        return not self.need and not self.others


def needs_owner(line: LineNow) -> bool:
    """Whether nothing goes on with this line until its owner has done something."""
    if line.paused is not None:
        return False
    run, renewal = line.last_run, line.renewal
    if renewal is not None and (renewal.state is State.UNKNOWN or is_asked(renewal)):
        return True
    return line.danger is Danger.EXPIRED or (run is not None and run.outcome in _OWNERS)


def summary_of(lines: Iterable[LineNow]) -> Summary:
    """The summary of these lines."""
    lines = list(lines)
    need = [line for line in lines if needs_owner(line)]
    counted = Counter(line.danger for line in lines if not needs_owner(line))
    others = tuple((danger, counted[danger]) for danger in _NOT_WELL if counted[danger])
    runs = [line.next_run for line in lines if line.next_run is not None]
    return Summary(len(lines), len(need), others, min(runs, default=None))
