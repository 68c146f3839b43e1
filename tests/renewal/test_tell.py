"""A run's result becomes an event that can be told in every language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from runner.notify.messages import LANGUAGES, compose
from runner.notify.payload import from_payload, to_payload
from runner.renewal.outcome import (
    EXIT_CODES,
    GRAVITY,
    LineResult,
    RenewalResult,
    RunResult,
    gravest,
)
from runner.renewal.tell import event_of
from runner.values.data import DataVolume
from runner.values.money import Money


def result(outcome: str) -> RunResult:
    reading = {
        "balance": Money.parse("480 JPY"),
        "expires_on": date(2026, 12, 31),
        "days_left": 40,
        "data_left": DataVolume.parse("1.2 GB"),
        "plan": "ミニ",
    }
    renewal = RenewalResult("id", "verified", "1GB", Money.parse("1100 JPY"), "A-7")
    line = LineResult("090-0000-4649", "mine", reading=reading, renewal=renewal, outcome=outcome)
    return RunResult(
        "docomo",
        "docomo",
        "NTT docomo",
        datetime(2026, 11, 21, 3, 0, tzinfo=UTC),
        outcome=outcome,
        message="what happened",
        lines=[line],
        evidence="/nowhere",
        picture="01-failure.png",
    )


@pytest.mark.parametrize("outcome", EXIT_CODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_can_be_told(outcome: str, language: str) -> None:
    event = event_of(result(outcome), ZoneInfo("Asia/Tokyo"))
    assert from_payload(to_payload(event)) == event
    message = compose(event, language)
    assert "NTT docomo" in message.title + message.body
    assert "what happened" in message.body or "1,100" in message.body


def test_the_picture_and_the_report_are_the_runs_own() -> None:
    event = event_of(result("changed"), ZoneInfo("Asia/Tokyo"))
    assert event.picture == Path("/nowhere/01-failure.png")
    assert event.report == Path("/nowhere/report.html")


def test_outcomes_codes_and_gravity_name_the_same_things() -> None:
    assert set(EXIT_CODES) == set(GRAVITY)
    assert gravest(["nothing_due", "payment_unknown", "renewed"]) == "payment_unknown"


def test_json_always_has_the_usual_names() -> None:
    shown = LineResult("main", reading={"charges": Money.parse("5 JPY")}).to_json()["reading"]
    assert shown == {
        "balance": None,
        "expires_on": None,
        "days_left": None,
        "data_left": None,
        "charges": {"amount": "5", "currency": "JPY"},
    }
