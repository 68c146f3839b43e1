"""Who has waited for too long, and who only waits its turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from runner.schedule.agenda import Entry, Standing
from runner.schedule.overdue import LATE, TOO_LATE, overdue
from runner.schedule.turns import Turn
from tests.schedule.lines import account, flow

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def waiting(since: timedelta) -> Entry:
    made = account("softbank-prepaid", "days_left <= 7")
    return Entry(made, flow(made.flow, "Asia/Tokyo"), NOW - since, "due")


def standing(*, ran: timedelta | None = None, playing: str | None = None) -> Standing:
    turns = {} if ran is None else {"other": Turn(NOW - ran)}
    return Standing(turns, {}, {}, frozenset() if playing is None else frozenset({playing}))


@pytest.mark.parametrize(
    ("waited", "state", "late"),
    [
        (-MINUTE, standing(), False),
        (timedelta(0), standing(), False),
        (LATE - MINUTE, standing(), False),
        (LATE, standing(), True),
        (LATE, standing(ran=LATE + MINUTE), True),
        (LATE, standing(ran=LATE - MINUTE), False),
        (LATE, standing(playing="other"), False),
        (TOO_LATE - MINUTE, standing(ran=MINUTE), False),
        (TOO_LATE, standing(ran=MINUTE), True),
        (TOO_LATE, standing(playing="other"), True),
        (TOO_LATE, standing(playing="softbank-prepaid"), False),
    ],
)
def test_patience_is_longer_while_others_are_played(
    waited: timedelta, state: Standing, late: bool
) -> None:
    assert bool(overdue([waiting(waited)], state, NOW)) == late


def test_what_was_missed_in_sleep_is_no_delay() -> None:
    entry, night = waiting(timedelta(hours=9)), standing(ran=timedelta(hours=20))
    assert overdue([entry], night, NOW, since=NOW - MINUTE) == []
    assert overdue([entry], night, NOW, since=NOW - LATE) == [entry]
    assert overdue([entry], night, NOW) == [entry]
