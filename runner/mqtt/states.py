"""What is known of a line, as one JSON object: the sensors of Home Assistant take their values from it."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from runner.values.data import DataVolume
from runner.views.danger import Danger
from runner.views.lines import LineNow

TROUBLE = frozenset({Danger.EXPIRED, Danger.URGENT, Danger.TROUBLE})
"""What is a problem: what `kigen status` shows in red."""
GIBIBYTE = 1024**3
"""Bytes. Data is counted in units of 1024 here, which Home Assistant calls GiB."""


def state_of(now: LineNow, today: date) -> str:
    """The object. Amounts are texts, so that they stay exact; null is what is not known.

    `today` stands in it so that it is new every day, also where nothing else is: Home Assistant
    no longer believes what has not been said for two days.
    """
    reading, run = now.reading, now.last_run
    balance = reading.balance if reading is not None else None
    return json.dumps(
        {
            "days_left": now.days_left,
            "expires_on": None
            if reading is None or reading.expires_on is None
            else reading.expires_on.isoformat(),
            "balance": None if balance is None else f"{balance.amount:f}",
            "currency": None if balance is None else balance.currency,
            "data_left": None if reading is None else gibibytes(reading.data_left),
            "last_outcome": None if run is None else run.outcome,
            "last_run": None if run is None else _moment(run.started_at),
            "next_run": None if now.next_run is None else _moment(now.next_run),
            "danger": now.danger.word,
            "problem": "ON" if now.danger in TROUBLE else "OFF",
            "today": today.isoformat(),
        }
    )


def gibibytes(data: DataVolume | None) -> str | None:
    """A volume in GiB, to two decimals; None where it is not known, or without a limit."""
    if data is None or data.bytes is None:
        return None
    return str((Decimal(data.bytes) / GIBIBYTE).quantize(Decimal("0.01"), ROUND_HALF_EVEN))


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
