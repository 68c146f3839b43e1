"""Troubles of one line alone: they end that line, and do not hold up the others of its account."""

from __future__ import annotations

from runner.flow.model import Flow
from runner.page.problems import Ambiguous, Missing, Problem, Unexpected, Unread
from runner.page.session_end import told
from runner.renewal.outcome import LineResult
from runner.renewal.signing_in import SignedIn
from runner.values.secret import Redactor

_OF_THE_PAGE = (Missing, Ambiguous, Unexpected, Unread)
"""What a page lacks, or shows otherwise. All else is the account's, or the site's."""
_OUTCOMES = ("needs_you", "changed")


class OwnTrouble:
    """Tells whether the other lines may be played, after a line has come to grief.

    They may after its first reading, before anything else was done with it; and only where reading the
    next line begins by opening an address, so that it does not matter what the page shows now.
    """

    def __init__(self, flow: Flow, player: SignedIn) -> None:
        self._player, self._somewhere = player, begins_by_opening(flow)
        self._met: set[str] = set()

    def is_of(self, line: LineResult, problem: Problem) -> bool:
        """Whether this problem is the line's own."""
        step, outcome = problem.step or "", problem.ends_as()
        if not isinstance(problem, _OF_THE_PAGE) or outcome not in _OUTCOMES:
            return False
        if line.before is not None or not step.startswith("read") or not self._somewhere:
            return False
        if told(self._player.stage, problem):
            return False
        known = outcome == "changed" and step in self._met  # the same for two lines: it is the site
        self._met.add(step)
        return not known

    async def end(self, line: LineResult, problem: Problem, redactor: Redactor) -> None:
        """The line ends so, with the page as evidence."""
        await self._player.keep_failure()
        pictures = self._player.stage.evidence.pictures
        line.outcome, line.message = problem.ends_as(), redactor.mask(problem.message)
        line.hint, line.step, line.where = problem.hint, problem.step, problem.where
        line.picture = pictures[-1] if pictures else None


def begins_by_opening(flow: Flow) -> bool:
    """Whether reading a line begins by opening an address, wherever the page is."""
    steps = flow.read
    while steps and steps[0].kind == "use" and "/" not in steps[0].args.part:
        steps = flow.parts[steps[0].args.part]
    return bool(steps) and steps[0].kind == "goto"
