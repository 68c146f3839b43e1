"""A broker for each test, and somebody who listens to it as Home Assistant does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tests.browser.processes import wait_until
from tests.mqtt.mosquitto import Mosquitto


class Listener:
    """Hears all that is said at a broker. `heard`: the last text of each topic; `all`: every text."""

    def __init__(self, port: int) -> None:
        self.heard: dict[str, str] = {}
        self.all: list[tuple[str, str]] = []
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def _on_message(self, client: Client, data: Any, message: MQTTMessage) -> None:
        text = message.payload.decode()
        self.all.append((message.topic, text))
        self.heard[message.topic] = text

    def wait(self, what: Callable[[dict[str, str]], Any], seconds: float = 60.0) -> None:
        """Wait until something is true of what was heard."""

        def so() -> bool:
            try:
                return bool(what(dict(self.heard)))
            except KeyError:
                return False

        assert wait_until(so, seconds), self.heard

    def json(self, topic: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.heard[topic])
        return found

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker that lets in everybody."""
    folder = tmp_path / "broker"
    folder.mkdir()
    broker = Mosquitto(folder)
    yield broker
    broker.stop()


@pytest.fixture
def listener(broker: Mosquitto) -> Iterator[Listener]:
    listener = Listener(broker.port)
    yield listener
    listener.close()
