"""Where the model is played: two runs on one ledger, with a clock that may be wrong."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis.stateful import RuleBasedStateMachine, initialize

from runner.ledger.errors import IllegalMove, LedgerError
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State
from tests.ledger import model
from tests.ledger.model import Owner, Portal, Torn

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
LINES = ["090", "080", "070"]
SEEN: Counter[str] = Counter()
"""How much was played, and what came of it: for the figures."""


class Setting(RuleBasedStateMachine):
    """What the rules of a machine play with, and hold against."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "kigen.db"
        self.skew = timedelta()
        self.portal = Portal(START, dict.fromkeys(LINES, True))
        self.owners = [Owner(name, self.open()) for name in ("first", "second")]
        self.made: list[str] = []  # ids are random: only the order in which they came is not

    def teardown(self) -> None:
        if hasattr(self, "owners"):
            SEEN["charges"] += len(self.portal.charges)
            SEEN.update(one.state.value for one in self.ledger.renewals.list())
            for owner in self.owners:
                owner.ledger.close()
            self.folder.cleanup()

    @property
    def ledger(self) -> Ledger:
        return self.owners[0].ledger

    def open(self) -> Ledger:
        return Ledger.open(self.path, clock=self.clock, busy_seconds=0.02)

    def clock(self) -> datetime:
        """The machine's clock, which may be wrong."""
        return self.portal.now + self.skew

    def held(self, owner: Owner) -> bool:
        return owner.lease is not None and owner.lease.still_mine()

    def one_of(self, number: int, *states: State) -> Renewal | None:
        held = [self.ledger.renewals.get(id) for id in self.made]
        fitting = [one for one in held if one.state in states]
        return fitting[number % len(fitting)] if fitting else None

    def clicking(self) -> set[str]:
        return {one.may_click for one in self.owners if one.may_click is not None}

    def do(self, trouble: str, what: Callable[[], object]) -> bool:
        """Write to the ledger; with trouble, nothing at all is written, and False is told."""
        if trouble == "none":
            what()
            return True
        before = model.dump(self.path)
        with pytest.raises((LedgerError, Torn)), model.hindered(trouble, self.path):
            what()
        assert model.dump(self.path) == before
        return False

    def planned(self, owner: Owner, line: str, state: State) -> Renewal | None:
        """What this run has planned for the line, if it is still in that state."""
        id = owner.planned.get(line)
        renewal = owner.ledger.renewals.get(id) if id else None
        if renewal is not None and renewal.state not in (State.PLANNED, State.APPROVED):
            del owner.planned[line]
        return renewal if renewal is not None and renewal.state is state else None

    def move(self, owner: Owner, id: str, to: State) -> None:
        number = len(owner.ledger.renewals.moves(id))
        moved = owner.ledger.renewals.move(id, to, reason="test", run_id=owner.run_id or None)
        assert moved.state is to
        assert len(owner.ledger.renewals.moves(id)) == number + 1

    def refused(self, owner: Owner, id: str, to: State) -> None:
        before = model.dump(self.path)
        with pytest.raises(IllegalMove):
            owner.ledger.renewals.move(id, to, reason="test")
        assert model.dump(self.path) == before

    def is_sound(self, owner: Owner, before: Renewal) -> None:
        """Nothing is called charged or not charged that is otherwise."""
        renewal = owner.ledger.renewals.get(before.id)
        if renewal.state in (State.CHARGED, State.VERIFIED):
            assert self.portal.charged(renewal.id), renewal
        if renewal.state is State.NOT_CHARGED:
            assert not self.portal.charged(renewal.id), renewal
            assert not self.portal.may_charge(renewal.id), renewal
