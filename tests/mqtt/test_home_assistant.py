"""What a real Home Assistant makes of it.

KIGEN_TEST_HOMEASSISTANT names a Python that has one: `pip install homeassistant home-assistant-frontend
paho-mqtt numpy`, as its own requirements say. Without it, these tests are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runner.mqtt.board import Board, connecting
from runner.mqtt.memory import Memory
from runner.mqtt.messages import messages
from runner.mqtt.names import Topics
from runner.values.secret import Secret
from runner.views.lines import LineNow
from tests.browser.processes import wait_until
from tests.mqtt.lines import TOKYO, line, read
from tests.mqtt.mosquitto import Mosquitto

PYTHON = os.environ.get("KIGEN_TEST_HOMEASSISTANT")
pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(PYTHON is None, reason="KIGEN_TEST_HOMEASSISTANT is not set"),
]
TOPICS = Topics("kigen", "homeassistant")
FOUND = {
    "sensor.grandmother_days_left": ["12", "d", "duration"],
    "sensor.grandmother_expires_on": ["2026-12-03", None, "date"],
    "sensor.grandmother_balance": ["550", "JPY", "monetary"],
    "sensor.grandmother_data_left": ["3.00", "GiB", "data_size"],
    "sensor.grandmother_last_outcome": ["nothing_due", None, "enum"],
    "sensor.grandmother_last_run": ["2026-11-21T06:00:00+00:00", None, "timestamp"],
    "sensor.grandmother_next_run": ["2026-11-22T06:00:00+00:00", None, "timestamp"],
    "binary_sensor.grandmother_problem": ["off", None, "problem"],
    "sensor.tablet_days_left": ["unknown", "d", "duration"],
    "sensor.tablet_expires_on": ["unknown", None, "date"],
    "sensor.tablet_last_outcome": ["unknown", None, "enum"],
    "sensor.tablet_last_run": ["unknown", None, "timestamp"],
    "sensor.tablet_next_run": ["unknown", None, "timestamp"],
    "binary_sensor.tablet_problem": ["off", None, "problem"],
}
"""What it makes of a line that is known, and of one that was never read: state, unit, class."""


class HomeAssistant:
    def __init__(self, port: int, folder: Path) -> None:
        script = Path(__file__).with_name("home_assistant.py")
        self._log = folder.with_suffix(".log").open("w+")
        self._process = subprocess.Popen(
            [str(PYTHON), str(script), str(port), str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
        )  # fmt: skip

    def seen(self) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def wait(self, what: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        found: dict[str, Any] = {}

        def so() -> bool:
            found.clear()
            found.update(self.seen())
            return what(found)

        assert wait_until(so, 60), (found, self.complaints())
        return found

    def complaints(self) -> list[str]:
        """What it has logged of MQTT."""
        self._log.seek(0)
        return [one for one in self._log.read().splitlines() if ".mqtt" in one or ".sensor" in one]

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._log.close()


@pytest.fixture
def home_assistant(broker: Mosquitto, tmp_path: Path) -> Iterator[HomeAssistant]:
    home_assistant = HomeAssistant(broker.port, tmp_path / "hass")
    yield home_assistant
    home_assistant.end()


def said(*lines: LineNow) -> dict[str, str]:
    return messages(lines, TOPICS, datetime.now(UTC), TOKYO, "0.1.0")


def test_it_finds_the_lines_believes_them_and_lets_them_go(
    broker: Mosquitto, home_assistant: HomeAssistant, tmp_path: Path
) -> None:
    connect = connecting(lambda: Secret(f"mqtt://127.0.0.1:{broker.port}"), TOPICS.status, None)
    board = Board(connect, TOPICS.status, Memory(tmp_path / "mqtt.json"), turn=0.05)
    phone, tablet = read(line("Grandmother")), line("Tablet", name="eSIM")
    board.show(said(phone, tablet))
    found = home_assistant.wait(lambda seen: seen["entities"] == FOUND)
    assert found["devices"] == ["Grandmother", "Tablet"]

    board.show(said(phone, read(tablet, data=None)))
    home_assistant.wait(lambda seen: "sensor.tablet_balance" in seen["entities"])
    board.show(said(phone))
    found = home_assistant.wait(lambda seen: len(seen["entities"]) == 8)
    assert found["devices"] == ["Grandmother"]

    board.end()
    home_assistant.wait(
        lambda seen: {state for state, *_ in seen["entities"].values()} == {"unavailable"}
    )
    assert home_assistant.complaints() == []
