"""What an earlier run left open is settled by proof alone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runner.flow.expressions import compile_condition
from runner.flow.model import Flow, PlanFacts
from runner.ledger.ledger import Ledger
from runner.ledger.records import Renewal
from runner.ledger.states import State
from runner.renewal.bought import facts_of_offer, kept_of
from runner.renewal.cycle import cycle_of
from runner.renewal.reconcile import reconcile
from runner.values.data import DataVolume
from runner.values.money import Money
from tests.renewal.conftest import Clock

FLOW = Flow.model_validate(
    {
        "flow": "practice",
        "title": "Practice",
        "hosts": ["practice.example.jp"],
        "timezone": "Asia/Tokyo",
        "plans": {"1GB": {"data": "1 GB", "active_within": "30 minutes"}},
        "login": [{"goto": "https://practice.example.jp/"}],
        "read": [{"goto": "https://practice.example.jp/"}],
    }
)
YEN = Money.parse("1100 JPY")
LOW, HIGH = {"data_left": DataVolume.parse("0.2 GB")}, {"data_left": DataVolume.parse("1.2 GB")}
ROW = {"on": date(2026, 11, 21), "amount": YEN, "reference": "A-7"}


def opened(ledger: Ledger, run_id: str, *states: State) -> Renewal:
    ledger.readings.add(run_id, "docomo", "main", data_left=LOW["data_left"])
    renewal = ledger.renewals.plan(run_id, "docomo", "main", "expires 2026-11-30", "1GB", YEN)
    for state in (State.APPROVED, State.COMMITTING, *states):
        renewal = ledger.renewals.move(renewal.id, state, reason="test", run_id=run_id)
    return renewal


def settle(
    ledger: Ledger, clock: Clock, run_id: str, renewal: Renewal, reading: Any, rows: Any
) -> State:
    return reconcile(ledger, renewal, FLOW, reading, rows, now=clock(), run_id=run_id).state


@pytest.mark.parametrize("state", [(), (State.UNKNOWN,)])
def test_a_cut_off_click_is_proved_by_history_and_reading(
    ledger: Ledger, clock: Clock, run_id: str, state: tuple[State, ...]
) -> None:
    clock.move(minutes=1)
    renewal = opened(ledger, run_id, *state)
    clock.move(minutes=1)
    assert settle(ledger, clock, run_id, renewal, HIGH, [ROW]) is State.VERIFIED
    assert State.CHARGED in [move.to_state for move in ledger.renewals.moves(renewal.id)]


def test_a_charge_without_its_effect_is_charged_not_verified(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    renewal = opened(ledger, run_id, State.UNKNOWN)
    assert settle(ledger, clock, run_id, renewal, LOW, [ROW]) is State.CHARGED


def test_absence_proves_nothing_until_its_time_has_passed(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    renewal = opened(ledger, run_id, State.UNKNOWN)
    clock.move(minutes=5)
    assert settle(ledger, clock, run_id, renewal, LOW, []) is State.UNKNOWN
    clock.move(minutes=30)
    assert settle(ledger, clock, run_id, renewal, LOW, None) is State.UNKNOWN
    assert settle(ledger, clock, run_id, renewal, LOW, []) is State.NOT_CHARGED


def test_after_the_end_of_a_month_a_list_proves_absence_only_if_it_goes_back_so_far(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    """Some providers list the month at hand alone."""
    renewal = opened(ledger, run_id, State.UNKNOWN)
    clock.move(days=20)
    assert settle(ledger, clock, run_id, renewal, LOW, []) is State.UNKNOWN
    newer = {**ROW, "on": clock().date(), "amount": Money.parse("550 JPY")}
    assert settle(ledger, clock, run_id, renewal, LOW, [newer]) is State.UNKNOWN
    older = {**newer, "on": date(2026, 10, 1)}
    assert settle(ledger, clock, run_id, renewal, LOW, [newer, older]) is State.NOT_CHARGED


def test_what_is_free_needs_no_history_to_be_known_as_not_done(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    """It stands in none. The reading tells, when the plan's time has passed."""
    plan = FLOW.plans["1GB"].model_copy(update={"data": None, "shows": {"service": "paused"}})
    flow = FLOW.model_copy(update={"plans": {"pause": plan}})
    free, active, paused = Money.parse("0 JPY"), {"service": "active"}, {"service": "paused"}

    def unknown(cycle: str) -> Renewal:
        ledger.readings.add(run_id, "docomo", "main", values=active)
        renewal = ledger.renewals.plan(run_id, "docomo", "main", cycle, "pause", free)
        for state in (State.APPROVED, State.COMMITTING, State.UNKNOWN):
            clock.move(minutes=1)
            renewal = ledger.renewals.move(renewal.id, state, reason="test", run_id=run_id)
        return renewal

    def look(renewal: Renewal, reading: Any) -> State:
        return reconcile(ledger, renewal, flow, reading, None, now=clock(), run_id=run_id).state

    first = unknown("no expiry")
    clock.move(minutes=5)
    assert look(first, active) is State.UNKNOWN
    clock.move(minutes=30)
    assert look(first, active) is State.NOT_CHARGED
    assert look(unknown("no expiry"), paused) is State.VERIFIED


def test_absence_counts_from_when_the_doubt_was_found(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    """The computer slept in the middle of the click: it may only now be on its way."""
    renewal = opened(ledger, run_id)
    clock.move(hours=3)
    assert settle(ledger, clock, run_id, renewal, LOW, []) is State.UNKNOWN
    renewal = ledger.renewals.get(renewal.id)
    clock.move(minutes=29)
    assert settle(ledger, clock, run_id, renewal, LOW, []) is State.UNKNOWN
    clock.move(minutes=2)
    assert settle(ledger, clock, run_id, renewal, LOW, []) is State.NOT_CHARGED


def test_a_charge_from_the_day_before_the_click_is_no_proof_of_absence(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    """Our clock may have been ahead, or midnight may have passed."""
    renewal = opened(ledger, run_id, State.UNKNOWN)
    clock.move(days=3)
    yesterday = {**ROW, "on": date(2026, 11, 20)}
    assert settle(ledger, clock, run_id, renewal, LOW, [yesterday]) is State.UNKNOWN
    assert settle(ledger, clock, run_id, renewal, HIGH, [yesterday]) is State.VERIFIED


def test_what_is_compared_is_the_reading_of_the_run_that_paid(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    """The clock was set back after the payment, so that a later reading bears an earlier time."""
    renewal = opened(ledger, run_id, State.UNKNOWN)
    clock.move(days=-1)
    later = ledger.runs.start("docomo", "docomo", trigger="hand", deadline_at=clock())
    ledger.readings.add(later.id, "docomo", "main", data_left=HIGH["data_left"])
    assert settle(ledger, clock, later.id, renewal, HIGH, None) is State.VERIFIED


def test_one_row_is_not_the_charge_of_two_renewals(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    """The other one has no receipt: the only row may be its own."""
    renewal = opened(ledger, run_id, State.UNKNOWN)
    other = ledger.renewals.plan(run_id, "docomo", "second", "expires 2026-11-30", "1GB", YEN)
    for state in (State.APPROVED, State.COMMITTING, State.CONFIRMED, State.VERIFIED):
        ledger.renewals.move(other.id, state, reason="test", run_id=run_id)
    assert settle(ledger, clock, run_id, renewal, LOW, [ROW]) is State.UNKNOWN
    assert settle(ledger, clock, run_id, renewal, LOW, [ROW, {**ROW, "reference": "A-8"}]) is (
        State.CHARGED
    )


def test_a_confirmed_one_waits_for_its_effect(ledger: Ledger, clock: Clock, run_id: str) -> None:
    renewal = opened(ledger, run_id, State.CONFIRMED)
    assert settle(ledger, clock, run_id, renewal, LOW, [ROW]) is State.RENEWAL_PENDING
    renewal = ledger.renewals.get(renewal.id)
    assert settle(ledger, clock, run_id, renewal, HIGH, [ROW]) is State.VERIFIED


def test_the_same_need_is_one_cycle_until_it_was_met(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    when = compile_condition("days_left <= 7 or data_left < 1 GB")
    reading = {"expires_on": date(2026, 12, 31), "data_left": DataVolume.parse("0.2 GB")}

    def cycle() -> str:
        return cycle_of(ledger, "docomo", "main", reading, when, ZoneInfo("Asia/Tokyo"))

    assert cycle() == "expires 2026-12-31"
    renewal = ledger.renewals.plan(run_id, "docomo", "main", cycle(), "1GB", YEN)
    for state in (State.APPROVED, State.COMMITTING, State.CONFIRMED, State.VERIFIED):
        renewal = ledger.renewals.move(renewal.id, state, reason="test")
    assert cycle() == "expires 2026-12-31"  # verified, but not yet seen to be out of need
    clock.move(minutes=1)
    ledger.readings.add(
        run_id,
        "docomo",
        "main",
        expires_on=date(2026, 12, 31),
        days_left=40,
        data_left=DataVolume.parse("1.2 GB"),
    )
    assert cycle() == "expires 2026-12-31 #2"


def test_a_slip_that_ran_out_unpaid_frees_the_line(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    renewal = opened(ledger, run_id, State.AWAITING_PAYMENT)
    renewal = ledger.renewals.see_to_again(renewal, None, details={"pay_until": "2026-11-26"})
    for rows, days, state in (
        ([], 5, State.AWAITING_PAYMENT),  # its last day
        ([], 3, State.AWAITING_PAYMENT),  # paid in time, it may still show
        (None, 1, State.AWAITING_PAYMENT),  # the history can't be read: nobody knows
        ([], 0, State.ABORTED),
    ):
        clock.move(days=days)
        assert settle(ledger, clock, run_id, renewal, LOW, rows) is state


def test_a_slip_without_a_last_day_stays_open(ledger: Ledger, clock: Clock, run_id: str) -> None:
    renewal = opened(ledger, run_id, State.AWAITING_PAYMENT)
    clock.move(days=60)
    assert settle(ledger, clock, run_id, renewal, LOW, []) is State.AWAITING_PAYMENT


def test_an_offer_that_was_chosen_is_remembered_for_the_proof(
    ledger: Ledger, clock: Clock, run_id: str
) -> None:
    """The owner's plan is a rule: what it brings was known only while it was chosen."""
    before, moved = date(2026, 11, 30), date(2026, 12, 30)
    ledger.readings.add(run_id, "docomo", "main", expires_on=before)
    renewal = ledger.renewals.plan(
        run_id, "docomo", "main", "expires 2026-11-30", "cheapest with days >= 30", YEN
    )
    chosen = {"offer": "30 days", "days": 30}
    for state in (State.APPROVED, State.COMMITTING, State.CONFIRMED, State.RENEWAL_PENDING):
        details = chosen if state is State.COMMITTING else None
        renewal = ledger.renewals.move(
            renewal.id, state, reason="test", run_id=run_id, details=details
        )
    clock.move(minutes=1)
    for expires, state in (
        (before, State.RENEWAL_PENDING),
        (date(2026, 12, 29), State.RENEWAL_PENDING),
        (moved, State.VERIFIED),
    ):
        found = settle(ledger, clock, run_id, renewal, {"expires_on": expires}, [ROW])
        assert found is state


@pytest.mark.parametrize(
    ("days", "kept"),
    [(30, 30), (timedelta(days=30), 30), (Decimal(30), 30), (None, None), (0, None), ("30", None)],
)
def test_an_offer_is_kept_as_the_ledger_can_keep_it(days: Any, kept: int | None) -> None:
    offer = {"name": "Month", "price": YEN, "days": days}
    assert kept_of(offer) == {"offer": "Month", "days": kept}
    assert facts_of_offer(kept_of(offer), FLOW).days == kept
    assert kept_of(None) == {}


def test_an_offer_without_days_still_has_to_bring_the_data_that_the_flow_tells() -> None:
    facts = PlanFacts(title="1 GB", data=DataVolume.parse("1 GB"))
    flow = FLOW.model_copy(update={"plans": {"data": facts}})
    assert facts_of_offer({"offer": "1 GB", "days": None}, flow) == facts
    assert facts_of_offer({"offer": "another", "days": None}, flow).data is None
