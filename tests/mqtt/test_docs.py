"""What the documents say of Home Assistant and the dead-man's switch is what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from runner.config.file import ConfigFile
from runner.config.monitoring import MqttEntry, PingEntry
from runner.config.quantities import write_duration
from runner.mqtt.messages import messages
from runner.mqtt.names import Topics
from tests.mqtt.lines import NOW, TOKYO, line, read

DOCS = Path(__file__).parents[2] / "docs"
HOME_ASSISTANT = (DOCS / "home-assistant.md").read_text(encoding="utf-8")
MONITORING = (DOCS / "monitoring.md").read_text(encoding="utf-8")


def blocks(text: str) -> list[Any]:
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]


def test_every_sensor_and_every_value_is_told_of() -> None:
    said = messages([read(line())], Topics("kigen", "homeassistant"), NOW, TOKYO, "0.1.0")
    device, state = map(json.loads, said.values())
    for one in device["components"].values():
        row = f"| {one['name']} | "
        assert row in HOME_ASSISTANT
        assert f"`{one['device_class']}`" in HOME_ASSISTANT.split(row)[1].splitlines()[0]
    for name in state:
        assert f"`{name}`" in HOME_ASSISTANT


@pytest.mark.parametrize(("text", "model"), [(HOME_ASSISTANT, MqttEntry), (MONITORING, PingEntry)])
def test_every_key_is_told_of_with_what_it_is_without(
    text: str, model: type[MqttEntry] | type[PingEntry]
) -> None:
    for name, field in model.model_fields.items():
        (row,) = re.findall(rf"^\| `{name}` \|.*$", text, re.MULTILINE)
        if name == "every":
            assert write_duration(field.default) in row
        elif isinstance(field.default, str):
            assert f"`{field.default}`" in row


def test_the_settings_that_are_shown_can_be_used() -> None:
    shown = [
        block
        for block in blocks(HOME_ASSISTANT) + blocks(MONITORING)
        if {"mqtt", "ping"} & set(block)
    ]
    assert len(shown) == 2
    for block in shown:
        ConfigFile.model_validate(block)


def test_automation_and_card_name_sensors_that_there_are() -> None:
    said = messages([read(line("Grandmother"))], Topics("a", "b"), NOW, TOKYO, "0.1.0")
    components = json.loads(next(iter(said.values())))["components"]
    there = {f"{one['platform']}.grandmother_{name}" for name, one in components.items()}
    named = set(re.findall(r"\b(?:binary_)?sensor\.\w+", HOME_ASSISTANT))
    assert named
    assert named <= there
