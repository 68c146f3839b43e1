"""`kigen doctor` at a real broker: it is let in or not, and nothing is said in a daemon's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.browser.check import Fact
from runner.cli.doctor_around import around
from runner.config.home import Home
from runner.config.workspace import Workspace
from runner.mqtt.address import Broker
from runner.mqtt.connection import Connection
from runner.values.secret import Redactor
from tests.mqtt.conftest import Listener
from tests.mqtt.mosquitto import Mosquitto


def broker_fact(folder: Path) -> Fact:
    text = "dashboard: false\nmqtt: {url: env:BROKER}\naccounts: {}\n"
    (folder / "config.yaml").write_text(text)
    (fact,) = around(Workspace.open(folder), Home(folder / "home"), Redactor())
    return fact


def test_a_broker_that_lets_us_in(
    tmp_path: Path, broker: Mosquitto, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKER", f"mqtt://127.0.0.1:{broker.port}")
    fact = broker_fact(tmp_path)
    assert (fact.value, fact.ok) == ("connected and let in", True)
    after = Connection(Broker("127.0.0.1", broker.port, tls=False), "after", stays=False)
    after.settle(5)
    listener.wait(lambda heard: heard["after"])
    assert [topic for topic, _ in listener.all] == ["after"]
    after.close()
    broker.stop()
    fact = broker_fact(tmp_path)
    assert not fact.ok
    assert "can't be reached" in fact.hint


@pytest.mark.parametrize("address", ["http://broker.example", "mqtt://", None])
def test_what_is_no_broker_s_address(
    tmp_path: Path, address: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if address is not None:
        monkeypatch.setenv("BROKER", address)
    fact = broker_fact(tmp_path)
    assert (fact.value, fact.ok) == ("not connected", False)
    assert ("BROKER" if address is None else "the MQTT address") in fact.hint
