"""What is said of lines, sign by sign: Home Assistant takes nothing that is nearly right."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from runner.ledger.records import OUTCOMES
from runner.mqtt.messages import messages
from runner.mqtt.names import Topics, id_of, name_of
from runner.mqtt.states import gibibytes, state_of
from runner.values.data import DataVolume
from runner.views.danger import Danger
from runner.views.lines import LineNow
from tests.mqtt.lines import GIB, NOW, NUMBER, TOKYO, line, read, run

GOLDEN = Path(__file__).parent / "golden"
TOPICS = Topics("kigen", "homeassistant")
CLASSES = {  # device class: its units, and the state classes that go with it
    "duration": ({"d", "h", "min", "s", "ms"}, {"measurement", "total", "total_increasing"}),
    "date": ({None}, {None}),
    "timestamp": ({None}, {None}),
    "enum": ({None}, {None}),
    "monetary": ({"JPY", "USD", "GBP"}, {"total"}),
    "data_size": ({"GB", "GiB", "MiB"}, {"measurement", "total", "total_increasing"}),
    "problem": ({None}, {None}),
}
"""As in Home Assistant's `homeassistant/components/sensor/const.py`."""


def said(*lines: LineNow, before: dict[str, str] | None = None) -> dict[str, Any]:
    found = messages(lines, TOPICS, NOW, TOKYO, "0.1.0", before)
    return {topic: json.loads(text) for topic, text in found.items()}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("full", read(line("祖母の電話"))),
        ("never_read", line()),
        ("without_limit", read(line("Tablet"), balance=None, data=None)),
    ],
)
def test_a_line_is_said_as_in_the_golden_file(name: str, known: LineNow) -> None:
    expected = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert said(known) == expected


@pytest.mark.parametrize("known", [read(line()), line(), read(line(), balance="12.50 USD")])
def test_classes_units_and_templates_fit_together(known: LineNow) -> None:
    device, state = said(known).values()
    assert set(device) >= {"device", "origin", "components", "state_topic", "availability_topic"}
    assert device["origin"]["name"]
    ids = [one["unique_id"] for one in device["components"].values()]
    assert len(set(ids)) == len(ids)
    for name, one in device["components"].items():
        units, states = CLASSES[one["device_class"]]
        assert one.get("unit_of_measurement") in units
        assert one.get("state_class") in states
        assert one["platform"] in ("sensor", "binary_sensor")
        assert one["value_template"] == f"{{{{ value_json.{name} }}}}"
        assert name in state
    assert device["components"]["last_outcome"]["options"] == list(OUTCOMES)
    assert state["problem"] in ("ON", "OFF")


def test_no_number_is_said() -> None:
    both = said(read(line()), line(name="+81 90 1234 4649", account="b"))
    text = json.dumps(both, ensure_ascii=False)
    for part in ("090-1234", "1234-4649", "09012344649", "8190", "1234 4649"):
        assert part not in text
    assert "docomo …4649" in text


@pytest.mark.parametrize(
    ("known", "name"),
    [
        (line("Grandmother"), "Grandmother"),
        (line("mai 090-1234-4649\na@example.com"), "mai •••4649 •••"),
        (line(), "docomo …4649"),
        (line(name="docomo"), "docomo"),
        (line(name="data eSIM"), "docomo data eSIM"),
        (line(name="8981100022312345678"), "docomo …5678"),
    ],
)
def test_a_line_has_its_owners_name(known: LineNow, name: str) -> None:
    assert name_of(known) == name


def test_ids_fit_into_topics_and_tell_lines_apart() -> None:
    ids = {
        id_of(*one) for one in (("a", "1"), ("a", "2"), ("b", "1"), ("a.b", "1"), ("電話", NUMBER))
    }
    assert len(ids) == 5
    assert all(part.isascii() and part.replace("_", "").isalnum() for part in ids)
    assert id_of("a", "1") == id_of("a", "1")


def test_two_kigens_at_one_broker_do_not_meet() -> None:
    one = messages([line()], TOPICS, NOW, TOKYO, "0.1.0")
    other = messages([line()], Topics("home/kigen", "homeassistant"), NOW, TOKYO, "0.1.0")
    assert not set(one) & set(other)
    ids = [
        json.loads(text)["device"]["identifiers"]
        for topic, text in {**one, **other}.items()
        if topic.endswith("/config")
    ]
    assert ids[0] != ids[1]


@pytest.mark.parametrize(
    ("danger", "problem"),
    [
        (Danger.EXPIRED, "ON"), (Danger.URGENT, "ON"), (Danger.TROUBLE, "ON"), (Danger.SOON, "OFF"),
        (Danger.NOT_READ, "OFF"), (Danger.NO_DATE, "OFF"), (Danger.FINE, "OFF"),
    ],
)  # fmt: skip
def test_a_problem_is_what_status_shows_in_red(danger: Danger, problem: str) -> None:
    assert (
        json.loads(state_of(replace(line(), danger=danger), date(2026, 11, 21)))["problem"]
        == problem
    )


def test_data_is_in_units_of_1024() -> None:
    assert gibibytes(DataVolume(3 * GIB + GIB // 4)) == "3.25"
    assert gibibytes(DataVolume(0)) == "0.00"
    assert gibibytes(DataVolume(None)) is None
    assert gibibytes(None) is None


def test_a_run_that_goes_on_changes_nothing() -> None:
    done = messages([read(line())], TOPICS, NOW, TOKYO, "0.1.0")
    going = replace(read(line()), last_run=run(None), days_left=11)
    assert messages([going], TOPICS, NOW, TOKYO, "0.1.0", done) == done
    later = NOW + timedelta(hours=1)  # it was cut off
    changed = messages([going], TOPICS, later, TOKYO, "0.1.0", done)
    state = json.loads(changed[TOPICS.state(id_of("docomo", NUMBER))])
    assert (state["days_left"], state["last_outcome"]) == (11, None)


def test_what_is_known_is_said_anew_every_day() -> None:
    today = messages([line()], TOPICS, NOW, TOKYO, "0.1.0")
    evening = messages([line()], TOPICS, NOW + timedelta(hours=8), TOKYO, "0.1.0")
    tomorrow = messages([line()], TOPICS, NOW + timedelta(hours=10), TOKYO, "0.1.0")
    assert today == evening
    assert today != tomorrow
