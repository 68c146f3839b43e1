"""Whether all is well, in a few figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runner.ledger.records import Pause, Renewal, Run
from runner.ledger.states import State
from runner.views.danger import Danger
from runner.views.lines import LineNow
from runner.views.need import needs_owner, summary_of
from tests.schedule.lines import account

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
OWNED = account("docomo", "days_left <= 7")
FINE = LineNow(OWNED, OWNED.lines[0], None, 20, Danger.FINE, None, NOW + timedelta(hours=3), None)


def ended(outcome: str) -> Run:
    return Run(
        "1", "docomo", "docomo", "due", NOW, NOW, NOW, outcome, "", None, 1.0, False, False, False
    )


def renewal(state: State, **details: Any) -> Renewal:
    return Renewal(
        "1", "1", "docomo", "main", "2026-11-30", "1GB", state, None, None, NOW, NOW, None, details
    )


def test_all_is_well_where_nothing_is_wrong() -> None:
    found = summary_of([FINE, replace(FINE, danger=Danger.SOON), replace(FINE, next_run=None)])
    assert found.well
    assert (found.lines, found.need, found.next_run) == (3, 0, NOW + timedelta(hours=3))


@pytest.mark.parametrize(
    ("outcome", "needs"),
    [
        ("needs_you", True), ("rejected", True), ("declined", True), ("too_expensive", True),
        ("payment_unknown", True), ("unreachable", False), ("changed", False), ("failed", False),
        ("nothing_due", False), ("awaiting_payment", False),
    ],
)  # fmt: skip
def test_who_is_needed_by_how_the_last_run_ended(outcome: str, needs: bool) -> None:
    assert needs_owner(replace(FINE, last_run=ended(outcome))) == needs


def test_who_is_needed_by_an_open_renewal() -> None:
    assert needs_owner(replace(FINE, renewal=renewal(State.UNKNOWN)))
    assert needs_owner(replace(FINE, renewal=renewal(State.PLANNED, asked={"limit": "1"})))
    assert not needs_owner(replace(FINE, renewal=renewal(State.PLANNED)))
    assert not needs_owner(replace(FINE, renewal=renewal(State.APPROVED)))


def test_a_paused_line_needs_nobody() -> None:
    pause = Pause("1", account="docomo", line="main", since=NOW, until=None, by="test")
    paused = replace(FINE, last_run=ended("rejected"), danger=Danger.PAUSED, paused=pause)
    assert not needs_owner(paused)
    assert summary_of([paused]).well


def test_dangers_are_counted_beside_those_that_need_somebody() -> None:
    lines = [
        replace(FINE, danger=Danger.EXPIRED),
        replace(FINE, danger=Danger.URGENT),
        replace(FINE, danger=Danger.URGENT, last_run=ended("rejected")),
        replace(FINE, danger=Danger.TROUBLE, last_run=ended("changed")),
        FINE,
    ]
    found = summary_of(lines)
    assert not found.well
    assert found.need == 2
    assert found.others == ((Danger.URGENT, 1), (Danger.TROUBLE, 1))
