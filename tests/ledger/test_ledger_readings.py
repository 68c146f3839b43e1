from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import insert

from runner.ledger.errors import Refused
from runner.ledger.ledger import Ledger
from runner.ledger.tables import readings, runs
from runner.values.data import DataVolume
from runner.values.money import Money

TOKYO = timezone(timedelta(hours=9))


def test_a_reading_comes_back_as_it_was_given(ledger: Ledger, run) -> None:
    given = {
        "balance": Money(Decimal("1234567890123.10"), "JPY"),
        "expires_on": date(2027, 1, 31),
        "days_left": 71,
        "data_left": DataVolume(3_489_660_928),
        "values": {"plan": "はじめて", "balance": {"amount": "550", "currency": "JPY"}},
        "at": datetime(2026, 11, 21, 15, 30, tzinfo=TOKYO),
    }
    reading = ledger.readings.add(run.id, "docomo", "090", **given)
    assert {name: getattr(reading, name) for name in given} == given
    assert reading.at.tzinfo is UTC
    assert str(reading.balance.amount) == "1234567890123.10"
    assert ledger.readings.latest() == {("docomo", "090"): reading}


def test_what_the_page_did_not_say_stays_unsaid(ledger: Ledger, run) -> None:
    reading = ledger.readings.add(run.id, "docomo", "090")
    assert reading.balance is reading.expires_on is reading.days_left is reading.data_left is None
    assert reading.values == {}


def test_unlimited_data_is_not_the_same_as_unsaid(ledger: Ledger, run) -> None:
    assert ledger.readings.add(run.id, "docomo", "1", data_left=DataVolume(None)).data_left == (
        DataVolume(None)
    )
    assert ledger.readings.add(run.id, "docomo", "1", data_left=DataVolume(0)).data_left == (
        DataVolume(0)
    )


def test_latest_and_series(ledger: Ledger, run, clock) -> None:
    start = clock()
    old = ledger.readings.add(run.id, "docomo", "1", days_left=2)
    clock.forward(days=1)
    new = ledger.readings.add(run.id, "docomo", "1", days_left=1)
    second = ledger.readings.add(run.id, "docomo", "2", days_left=9)
    other = ledger.readings.add(run.id, "softbank", "1", days_left=5)
    late = ledger.readings.add(run.id, "docomo", "1", at=start - timedelta(days=1))
    assert ledger.readings.latest(["docomo"]) == {("docomo", "1"): new, ("docomo", "2"): second}
    assert ledger.readings.latest()["softbank", "1"] == other
    assert ledger.readings.latest([]) == {}
    assert ledger.readings.series("docomo", "1", since=start) == [old, new]
    assert ledger.readings.series("docomo", "1", since=late.at) == [late, old, new]


def test_a_reading_belongs_to_a_run(ledger: Ledger) -> None:
    with pytest.raises(Refused):
        ledger.readings.add("no-such-run", "docomo", "1")


@pytest.mark.nightly
def test_latest_is_quick_however_long_the_history(ledger: Ledger, run, clock) -> None:
    started = clock()
    rows = [
        {
            "id": f"{account:04}-{number:03}",
            "run_id": run.id,
            "account": f"account-{account:04}",
            "line": "line",
            "at": started + timedelta(hours=number),
            "amount": Decimal(number),
            "currency": "JPY",
            "days_left": number,
            "data_unlimited": False,
            "values": {"balance": {"amount": str(number), "currency": "JPY"}},
            "latest": number == 99,
        }
        for account in range(1000)
        for number in range(100)
    ]
    with ledger._database.write() as connection:
        connection.execute(insert(readings), rows)
    begin = time.process_time()
    latest = ledger.readings.latest()
    took = time.process_time() - begin
    assert len(latest) == 1000
    assert {reading.days_left for reading in latest.values()} == {99}
    # Measured: about 0.03 s.
    assert took < 0.2


def test_the_last_run_of_each_account_is_quick(ledger: Ledger, clock) -> None:
    rows = [
        {
            "id": f"{account:04}-{number:03}",
            "account": f"account-{account:04}",
            "flow": "docomo",
            "trigger": "due",
            "started_at": clock() + timedelta(hours=number),
            "deadline_at": clock() + timedelta(hours=number + 1),
            "dry_run": False,
            "read_only": False,
            "traced": False,
        }
        for account in range(1000)
        for number in range(20)
    ]
    with ledger._database.write() as connection:
        connection.execute(insert(runs), rows)
    begin = time.process_time()
    last = ledger.runs.last_of_each()
    took = time.process_time() - begin
    assert len(last) == 1000
    assert {run.id[-3:] for run in last.values()} == {"019"}
    assert took < 0.3
