import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.config.events import CHOICE
from runner.notify.digest import Digest
from runner.notify.events import (
    BESIDE_A_DIGEST,
    DEFAULT_EVENTS,
    EVENTS,
    Event,
    LineFact,
    RenewalFact,
)
from runner.notify.payload import from_payload, to_payload
from runner.values.data import DataVolume
from runner.values.money import Money

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

money = st.builds(
    Money,
    st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False),
    st.sampled_from(["JPY", "USD", "TWD"]),
)
lines = st.builds(
    LineFact,
    line=st.text(min_size=1),
    balance=st.none() | money,
    expires_on=st.none() | st.dates() | st.datetimes(timezones=st.just(UTC)),
    days_left=st.none() | st.integers(-999, 999),
    data_left=st.none() | st.builds(DataVolume, st.none() | st.integers(0, 10**15)),
    renewal=st.none()
    | st.builds(
        RenewalFact, state=st.text(), price=st.none() | money, reference=st.none() | st.text()
    ),
)


@given(
    name=st.sampled_from(sorted(set(EVENTS) - {"digest"})),
    facts=st.lists(lines, max_size=3).map(tuple),
    message=st.none() | st.text(),
)
def test_an_event_survives_being_kept(
    name: str, facts: tuple[LineFact, ...], message: str | None
) -> None:
    event = Event(name, "家族", "ドコモ", NOW, message=message, lines=facts)

    assert from_payload(json.loads(json.dumps(to_payload(event)))) == event


def test_every_fact_survives_being_kept(renewed: Event) -> None:
    event = replace(renewed, run_id="7", until=NOW, since=NOW, times=2, taken=NOW)

    assert from_payload(json.loads(json.dumps(to_payload(event)))) == event


@pytest.mark.parametrize(
    "change",
    [
        {"name": "party"},
        {"at": "yesterday"},
        {"at": None},
        {"lines": [{"line": "1"}]},
        {"lines": None},
        {"unheard": 1},
    ],
)
def test_what_is_no_event_is_said_to_be_none(renewed: Event, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"event|isoformat"):
        from_payload({**to_payload(renewed), **change})


def test_an_event_needs_a_known_name_and_a_time_zone() -> None:
    with pytest.raises(ValueError, match="no such event: 'party'"):
        Event("party", "main", "docomo", NOW)
    with pytest.raises(ValueError, match="time zone"):
        Event("test", "main", "docomo", datetime(2026, 1, 1))


def test_the_uneventful_is_not_told_unasked() -> None:
    assert set(EVENTS) - DEFAULT_EVENTS == {"read_only", "nothing_due", "busy"}


def test_beside_a_digest_only_passing_trouble_waits() -> None:
    waiting = DEFAULT_EVENTS - BESIDE_A_DIGEST
    assert waiting == {"maintenance", "unreachable"}
    assert set(CHOICE) == set(EVENTS) - {"works_again", "digest", "test"}


def test_a_digest_tells_something_and_nothing_else_does() -> None:
    digest = Digest(since=NOW, runs=0, days_ahead=30)
    with pytest.raises(ValueError, match="a digest is the event that tells one"):
        Event("digest", "kigen", "Kigen", NOW)
    with pytest.raises(ValueError, match="a digest is the event that tells one"):
        Event("test", "kigen", "Kigen", NOW, digest=digest)


def test_a_day_stays_a_day() -> None:
    event = Event("test", "a", "b", NOW, lines=(LineFact("1", expires_on=date(2026, 12, 1)),))

    assert type(from_payload(to_payload(event)).lines[0].expires_on) is date


def test_events_cost_nothing_to_import() -> None:
    code = (
        "import sys, runner.notify.events, runner.notify.payload; "
        "print([m for m in ('apprise', 'jinja2', 'babel', 'sqlalchemy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
