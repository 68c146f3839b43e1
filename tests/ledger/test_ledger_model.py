"""Two runs share a ledger; they die, stall, lose their lease and their disk, and clocks jump.

Each does what a run does, in any order and at any time. The portal of the model knows the truth:
no line is ever paid for that is not due, and the ledger knows of every charge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    rule,
    run_state_machine_as_test,
)

from runner.ledger.errors import AlreadyMet, Busy, LedgerError, LineBlocked
from runner.ledger.states import BLOCKING, LEGAL, RELEASED, SPENT, State
from runner.renewal.reconcile import open_renewals, reconcile
from tests.ledger import model
from tests.ledger.model import Order, Owner, Torn
from tests.ledger.setting import LINES, SEEN, START, Setting

ACCOUNT = "practice"
LEASE = 360.0
OWNERS = st.sampled_from([0, 1])
ANSWERS = st.sampled_from(["booked", "unheard", "slow", "late", "lost"])
"""What a portal may do with the order of a click: book it at once and be heard or not, book it and
show it later, book it later, or not at all."""
CLOCKS = {"ahead": timedelta(days=1), "right": timedelta(), "behind": timedelta(days=-1)}
BEFALLS = st.sampled_from(["time passes", "dies", "used up", "vanishes", *CLOCKS])
TROUBLE = st.sampled_from(["none"] * 6 + ["locked", "torn"])


class Machine(Setting):
    # what a run does -----------------------------------------------------------------------------

    @rule(
        who=OWNERS,
        line=st.sampled_from(LINES),
        far=st.sampled_from([10, 9, 8, 7, 6, 5]),
        alone=st.sampled_from([True, True, False]),
        how=ANSWERS,
        readable=st.sampled_from([True, True, False]),
        trouble=TROUBLE,
    )
    def run_so_far(
        self, who: int, line: str, far: int, alone: bool, how: str, readable: bool, trouble: str
    ) -> None:
        """A run as far as it comes; trouble befalls its last step."""
        if alone:
            self.give_it_back(self.owners[1 - who])
        for number, step in enumerate(self.steps(who, line, how, readable)[:far], 1):
            step(trouble if number == far else "none")

    @rule(
        who=OWNERS,
        line=st.sampled_from(LINES),
        number=st.integers(0, 9),
        how=ANSWERS,
        readable=st.booleans(),
        trouble=TROUBLE,
    )
    def one_step(
        self, who: int, line: str, number: int, how: str, readable: bool, trouble: str
    ) -> None:
        """A step out of its order, or the next of a run that has stopped halfway."""
        self.steps(who, line, how, readable)[number](trouble)

    def steps(self, who: int, line: str, how: str, readable: bool) -> list[Callable[[str], object]]:
        """What a run does, in its order; each step gets its trouble."""
        owner, other = self.owners[who], self.owners[1 - who]
        return [
            lambda _: self.take_the_lease(owner, other),
            lambda _: self.read(owner, line),
            lambda trouble: self.settle(owner, line, readable, trouble),
            lambda trouble: self.plan(owner, line, trouble),
            lambda trouble: self.approve(owner, line, trouble),
            lambda trouble: self.intend(owner, line, trouble),
            lambda _: self.click(owner, how),
            lambda trouble: self.close(owner, trouble),
            lambda trouble: self.settle(owner, line, readable, trouble),
            lambda _: self.give_it_back(owner),
        ]

    def take_the_lease(self, owner: Owner, other: Owner) -> None:
        if self.held(owner):
            return
        owner.forget()  # a run that has lost its account ends
        others = self.held(other)
        try:
            owner.lease = owner.ledger.leases.acquire(ACCOUNT, owner.name, LEASE)
        except Busy:
            return
        assert not others, "two runs hold one account"
        run = owner.ledger.runs.start(
            ACCOUNT, "practice", trigger="due", deadline_at=self.clock() + timedelta(minutes=5)
        )
        owner.run_id = run.id
        owner.ledger.runs.close_abandoned(ACCOUNT, keep=run.id)

    def read(self, owner: Owner, line: str) -> None:
        if self.held(owner):
            expires = self.portal.expires(line)
            owner.ledger.readings.add(owner.run_id, ACCOUNT, line, expires_on=expires)
            owner.read[line] = (expires, self.portal.due[line])

    def plan(self, owner: Owner, line: str, trouble: str) -> None:
        """A run plans what it has read as due, also when that is no longer true."""
        expires, due = owner.read.get(line, (None, False))
        if not due or owner.planned.get(line):
            return
        held, cycle = owner.ledger.renewals.list(ACCOUNT, line), f"expires {expires}"
        met = [one.id for one in held if one.cycle == cycle and one.state not in RELEASED]
        blocking = [one.id for one in held if one.state in BLOCKING]
        before = model.dump(self.path)

        def planned() -> None:
            renewal = owner.ledger.renewals.plan(
                owner.run_id, ACCOUNT, line, cycle, "30 days", model.PRICE
            )
            owner.planned[line] = renewal.id
            self.made.append(renewal.id)

        try:
            self.do("none" if met or blocking else trouble, planned)
        except AlreadyMet as error:
            assert error.renewal.id in met  # noqa: PT017  not always raised
            if error.renewal.state in (State.PLANNED, State.APPROVED) and self.held(owner):
                owner.planned[line] = error.renewal.id
            assert model.dump(self.path) == before
        except LineBlocked as error:
            assert error.renewal.id in blocking  # noqa: PT017  not always raised
            assert model.dump(self.path) == before
        else:
            assert not met
            assert not blocking

    def approve(self, owner: Owner, line: str, trouble: str) -> None:
        if renewal := self.planned(owner, line, State.PLANNED):
            self.do(trouble, lambda: self.move(owner, renewal.id, State.APPROVED))

    def intend(self, owner: Owner, line: str, trouble: str) -> None:
        """The lease is checked, then the intent is stored; only then may be clicked."""
        renewal = self.planned(owner, line, State.APPROVED)
        if renewal is None or owner.may_click or owner.answer or not self.held(owner):
            return
        others = [one.id for one in owner.ledger.renewals.list(ACCOUNT, line, BLOCKING)]
        try:
            if not self.do(
                "none" if others else trouble,
                lambda: self.move(owner, renewal.id, State.COMMITTING),
            ):
                return
        except LineBlocked as error:
            assert error.renewal.id in others  # noqa: PT017  not always raised
            return
        assert not others
        del owner.planned[line]
        owner.may_click = renewal.id

    def click(self, owner: Owner, how: str) -> None:
        if owner.may_click is None:
            return
        renewal = owner.ledger.renewals.get(owner.may_click)
        latest = self.portal.now + model.LATEST
        order = Order(renewal.line, renewal.id, latest, slow=how == "slow")
        owner.may_click = None
        owner.answer = (renewal.id, how == "booked")
        if how == "late":
            self.portal.under_way.append(order)
        elif how != "lost":
            self.portal.book(order)

    def close(self, owner: Owner, trouble: str) -> None:
        """The click's end is noted, unless somebody else has settled it meanwhile."""
        if owner.answer is None:
            return
        id, paid = owner.answer
        to = State.CONFIRMED if paid else State.UNKNOWN
        if owner.ledger.renewals.get(id).state is not State.COMMITTING:
            self.refused(owner, id, to)
        elif not self.do(trouble, lambda: self.move(owner, id, to)):
            return
        owner.answer = None

    def settle(self, owner: Owner, line: str, readable: bool, trouble: str) -> None:
        """What is open is settled by history and reading, by the product's own rules.

        It may end between two of its writes; what it says must be true all the same.
        """
        if not self.held(owner) or owner.may_click or owner.answer:
            return
        found = open_renewals(owner.ledger, ACCOUNT, line)
        for renewal in sorted(found, key=lambda one: self.made.index(one.id)):
            rows = self.portal.history(line) if readable else None
            self.read(owner, line)
            with model.hindered(trouble, self.path):
                try:
                    reconcile(
                        owner.ledger,
                        renewal,
                        model.FLOW,
                        {"expires_on": self.portal.expires(line)},
                        rows,
                        now=self.clock(),
                        run_id=owner.run_id,
                    )
                except (LedgerError, Torn):
                    assert trouble != "none"
            self.is_sound(owner, renewal)

    def give_it_back(self, owner: Owner) -> None:
        if owner.lease is not None and owner.may_click is None and owner.answer is None:
            owner.lease.release()
            owner.forget()

    # what befalls it -----------------------------------------------------------------------------

    @rule(
        what=BEFALLS, who=OWNERS, line=st.sampled_from(LINES), minutes=st.sampled_from([45, 5, 1])
    )
    def befall(self, what: str, who: int, line: str, minutes: int) -> None:
        if what in ("dies", "vanishes"):
            self.die(self.owners[who], certain=what == "dies")
        elif what == "time passes":
            self.pass_time(timedelta(minutes=minutes))
        elif what in CLOCKS:
            # Set ahead while an order is on its way, that could not be told from one that never was.
            if CLOCKS[what] < self.skew or not (self.portal.under_way or self.clicking()):
                self.skew = CLOCKS[what]
        elif not any(one.line == line for one in self.portal.under_way):
            self.portal.due[line] = True  # used up: a new need

    def die(self, owner: Owner, *, certain: bool) -> None:
        """Its memory is gone. When it is certain, the system tells the others."""
        owner.ledger.close()
        if certain and owner.lease is not None:
            model.bury(self.path, owner.lease)
        owner.forget()
        owner.ledger = self.open()

    def pass_time(self, by: timedelta) -> None:
        """A paying click is made within minutes, or its process is dead."""
        if by >= timedelta(minutes=5):
            for owner in self.owners:
                if owner.may_click is not None:
                    self.die(owner, certain=False)
        self.portal.forward(by)

    @rule(who=OWNERS, number=st.integers(0, 9))
    def the_owner_says(self, who: int, number: int) -> None:
        """The owner tells the truth of a renewal, once nothing is under way any more."""
        owner = self.owners[who]
        renewal = self.one_of(number, State.UNKNOWN)
        if renewal is None or self.portal.may_charge(renewal.id) or renewal.id in self.clicking():
            return
        charged = self.portal.charged(renewal.id)
        self.move(owner, renewal.id, State.CHARGED if charged else State.NOT_CHARGED)

    @rule(who=OWNERS, number=st.integers(0, 9), to=st.sampled_from(State))
    def try_what_is_illegal(self, who: int, number: int, to: State) -> None:
        renewal = self.one_of(number, *State)
        if renewal is not None and to not in LEGAL[renewal.state]:
            self.refused(self.owners[who], renewal.id, to)

    # what must be true ---------------------------------------------------------------------------

    @invariant()
    def every_charge_is_known(self) -> None:
        SEEN["steps"] += 1  # invariants are looked at after each step
        held = {one.id: one for one in self.ledger.renewals.list()}
        for charge in self.portal.charges:
            assert held[charge.renewal].state in SPENT, (charge, held[charge.renewal])

    @invariant()
    def a_need_is_charged_once_and_a_line_blocked_once(self) -> None:
        held = self.ledger.renewals.list()
        live = Counter((one.line, one.cycle) for one in held if one.state not in RELEASED)
        unproven = Counter(one.line for one in held if one.state in BLOCKING)
        paid = Counter(one.renewal for one in self.portal.charges)
        for counted in (live, unproven, paid):
            assert max(counted.values(), default=0) <= 1, counted

    @invariant()
    def what_was_spent_adds_up(self) -> None:
        held = [one for one in self.ledger.renewals.list() if one.state in SPENT]
        spent = self.ledger.renewals.spent("JPY", since=START - timedelta(days=900))
        assert spent.amount == sum((one.price.amount for one in held if one.price), Decimal(0))
        assert len(held) >= len(self.portal.charges)

    @invariant()
    def every_transition_is_a_row(self) -> None:
        for renewal in self.ledger.renewals.list():
            moves = self.ledger.renewals.moves(renewal.id)
            assert [move.number for move in moves] == list(range(1, len(moves) + 1))
            assert moves[0].to_state is State.PLANNED
            assert moves[-1].to_state is renewal.state
            for one, following in pairwise(moves):
                assert following.from_state is one.to_state
                assert following.to_state in LEGAL[one.to_state]


def test_any_order_of_steps() -> None:
    play(examples=4)


@pytest.mark.nightly
def test_any_order_of_steps_for_long() -> None:
    """Some ten thousand steps, so that charges among them are no luck."""
    play(examples=220)
    assert SEEN["charges"] > 0


def play(examples: int) -> None:
    """Fifty steps each; the figures are shown by `pytest -s`."""
    SEEN.clear()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=50,
            # Each example makes a real file; that is what is tested.
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(dict(SEEN))


def test_runs_in_their_order_charge_each_need_once() -> None:
    """Else the model would hold against nothing."""
    machine = Machine()
    machine.begin()
    try:
        for line in LINES:
            for who in (0, 1):
                machine.run_so_far(who, line, 10, True, "booked", True, "none")
        assert [charge.line for charge in machine.portal.charges] == LINES
        assert len(machine.ledger.renewals.list()) == len(LINES)
    finally:
        machine.teardown()


def test_a_clock_that_was_ahead_at_the_click() -> None:
    """Booked at once, shown hours later, under a day before the click; chance seldom comes by it."""
    machine = Machine()
    machine.begin()
    try:
        machine.befall("ahead", 0, "090", 1)
        machine.run_so_far(0, "090", 8, True, "slow", True, "none")
        for _ in range(4):
            machine.befall("time passes", 0, "090", 45)
            machine.run_so_far(0, "090", 10, True, "slow", True, "none")
        assert len(machine.portal.charges) == 1
        assert machine.one_of(0, State.UNKNOWN) is not None
        machine.pass_time(model.SLOWEST)
        machine.run_so_far(0, "090", 10, True, "slow", True, "none")
        assert machine.one_of(0, State.VERIFIED) is not None
    finally:
        machine.teardown()
