"""A reading in the ledger: how it is kept, and its values again, for policies long after a run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from runner.ledger.ledger import Ledger
from runner.ledger.records import Reading
from runner.renewal.policy import day_of
from runner.values.data import DataVolume
from runner.values.money import Money
from runner.values.read import to_json

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+(?:[+-]\d\d:\d\d)?")


def keep(ledger: Ledger, run_id: str, account: str, line: str, reading: Mapping[str, Any]) -> None:
    """Keep what a run has read of a line."""
    ledger.readings.add(
        run_id,
        account,
        line,
        balance=reading.get("balance"),
        expires_on=day_of(reading.get("expires_on")),
        days_left=reading.get("days_left"),
        data_left=reading.get("data_left"),
        values={name: to_json(value) for name, value in reading.items() if value is not None},
    )


def recall(reading: Reading) -> dict[str, Any]:
    """All that was read. What JSON has no word for comes back by its form (see `values.read.to_json`)."""
    found = {name: _value(value) for name, value in reading.values.items()}
    known = {
        "balance": reading.balance,
        "expires_on": reading.expires_on,
        "data_left": reading.data_left,
        "days_left": reading.days_left,
    }
    return found | {name: value for name, value in known.items() if value is not None}


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _of_parts(value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return datetime.fromisoformat(value)
    return value


def _of_parts(value: Mapping[str, Any]) -> Any:
    match set(value):
        case names if names == {"amount", "currency"}:
            return Money.parse(f"{value['amount']} {value['currency']}")
        case names if names == {"bytes", "text"}:
            return DataVolume(value["bytes"])
        case names if names == {"days", "seconds"}:
            return timedelta(days=value["days"], seconds=value["seconds"])
    return {name: _value(part) for name, part in value.items()}
