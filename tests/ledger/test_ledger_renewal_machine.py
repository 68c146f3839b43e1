"""Any order of plans and moves: the ledger agrees with a simple picture of it, and the promises
hold.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from runner.ledger.errors import AlreadyMet, IllegalMove, LineBlocked
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import BLOCKING, LEGAL, RELEASED, SPENT, State
from runner.values.money import Money

START = datetime(2026, 11, 21, tzinfo=UTC)
LINES = st.sampled_from(["090", "080"])
CYCLES = st.sampled_from(["2026-11", "2026-12"])
PRICES = st.none() | st.integers(0, 9).map(lambda number: Money(Decimal(number) / 10, "JPY"))


class Machine(RuleBasedStateMachine):
    renewals = Bundle("renewals")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = START
        self.ledger = Ledger.open(Path(self.folder.name) / "kigen.db", clock=lambda: self.now)
        run = self.ledger.runs.start(
            "docomo", "docomo", trigger="due", deadline_at=START + timedelta(hours=1)
        )
        self.run_id = run.id
        self.picture: dict[str, Renewal] = {}
        self.moves: Counter[str] = Counter()

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()

    @rule(target=renewals, line=LINES, cycle=CYCLES, price=PRICES)
    def plan(self, line: str, cycle: str, price: Money | None):
        of_line = [renewal for renewal in self.picture.values() if renewal.line == line]
        met = any(renewal.cycle == cycle and renewal.state not in RELEASED for renewal in of_line)
        blocked = any(renewal.state in BLOCKING for renewal in of_line)
        try:
            renewal = self.ledger.renewals.plan(self.run_id, "docomo", line, cycle, "550MB", price)
        except AlreadyMet as error:
            assert met
            self._is_held(error.renewal)
            return multiple()
        except LineBlocked as error:
            assert blocked
            self._is_held(error.renewal)
            return multiple()
        assert not met
        assert not blocked
        self.picture[renewal.id] = renewal
        self.moves[renewal.id] = 1
        return renewal.id

    @rule(id=renewals, to=st.sampled_from(State), price=PRICES)
    def move(self, id: str, to: State, price: Money | None) -> None:
        self._move(id, to, price)

    @rule(id=renewals, data=st.data())
    def move_legally(self, id: str, data: st.DataObject) -> None:
        """Random targets alone would seldom come far."""
        onward = sorted(LEGAL[self.picture[id].state])
        if onward:
            self._move(id, data.draw(st.sampled_from(onward)), Money(Decimal(5), "JPY"))

    @rule(id=consumes(renewals))
    def forget(self, id: str) -> None:
        """Leaves it in the ledger as it stands, in the way of the others."""

    @rule()
    def reopen(self) -> None:
        self.ledger.close()
        self.ledger = Ledger.open(Path(self.folder.name) / "kigen.db", clock=lambda: self.now)

    def _is_held(self, renewal: Renewal) -> None:
        assert renewal == self.picture[renewal.id]

    def _is_in_the_way(self, other: Renewal, renewal: Renewal) -> None:
        assert other.id != renewal.id
        assert other.line == renewal.line
        assert other.state in BLOCKING

    def _move(self, id: str, to: State, price: Money | None) -> None:
        before = self.picture[id]
        self.now += timedelta(seconds=1)
        try:
            after = self.ledger.renewals.move(id, to, reason="test", price=price)
        except IllegalMove:
            unpriced = to is State.COMMITTING and before.price is None and price is None
            assert to not in LEGAL[before.state] or unpriced
        except LineBlocked as error:
            assert to is State.COMMITTING
            self._is_held(error.renewal)
            self._is_in_the_way(error.renewal, before)
        else:
            assert to in LEGAL[before.state]
            assert after.price == (before.price if price is None else price)
            self.picture[id] = after
            self.moves[id] += 1

    @invariant()
    def the_ledger_holds_what_was_done_and_nothing_else(self) -> None:
        assert {one.id: one for one in self.ledger.renewals.list()} == self.picture
        for id, renewal in self.picture.items():
            history = self.ledger.renewals.moves(id)
            assert len(history) == self.moves[id]
            assert history[-1].to_state is renewal.state
            for one, following in pairwise(history):
                assert following.from_state is one.to_state
                assert following.to_state in LEGAL[one.to_state]

    @invariant()
    def a_cycle_is_spent_at_most_once(self) -> None:
        held = self.ledger.renewals.list()
        live = Counter((one.line, one.cycle) for one in held if one.state not in RELEASED)
        unproven = Counter(one.line for one in held if one.state in BLOCKING)
        assert max(live.values(), default=0) <= 1
        assert max(unproven.values(), default=0) <= 1

    @invariant()
    def what_was_spent_adds_up(self) -> None:
        amounts = [
            one.price.amount
            for one in self.picture.values()
            if one.state in SPENT and one.price is not None
        ]
        spent = self.ledger.renewals.spent("JPY", since=START)
        assert spent.amount == sum(amounts, Decimal(0))


def _attack(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            # Each example makes a real file; that is what is tested.
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


def test_any_order_of_moves() -> None:
    _attack(examples=5, steps=30)


@pytest.mark.nightly
def test_any_order_of_moves_for_long() -> None:
    _attack(examples=200, steps=60)
