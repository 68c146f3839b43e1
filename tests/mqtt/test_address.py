"""The broker's address, which is a secret: taken apart, and never repeated."""

from __future__ import annotations

import pytest

from runner.mqtt.address import Broker, WrongAddress
from runner.values.secret import Secret


@pytest.mark.parametrize(
    ("text", "host", "port", "tls"),
    [
        ("mqtt://broker.example", "broker.example", 1883, False),
        ("mqtts://broker.example", "broker.example", 8883, True),
        ("mqtts://broker.example:1234/", "broker.example", 1234, True),
        ("mqtt://[::1]:1883", "::1", 1883, False),
        (" mqtt://192.0.2.7:1883\n", "192.0.2.7", 1883, False),
    ],
)
def test_an_address_is_taken_apart(text: str, host: str, port: int, tls: bool) -> None:
    broker = Broker.parse(Secret(text))
    assert (broker.host, broker.port, broker.tls, broker.user) == (host, port, tls, None)


def test_special_signs_are_written_as_in_any_url() -> None:
    broker = Broker.parse(Secret("mqtt://k%40igen:p%40ss%2F%3A%20w%C3%B6rd@broker"))
    assert broker.user == "k@igen"
    assert broker.password is not None
    assert broker.password.reveal() == "p@ss/: wörd"
    assert "wörd" not in repr(broker)


@pytest.mark.parametrize(
    "text",
    [
        "", "broker.example", "http://hunter2@broker", "mqtt://", "mqtt://:hunter2@", "mqtt://hunter2:x",
        "mqtt://a:hunter2@broker:99999", "mqtt://broker/hunter2", "mqtt://broker?hunter2", "mqtt://[hunter2",
        "broker.example:1883",
    ],
)  # fmt: skip
def test_what_is_no_address_is_told_without_it(text: str) -> None:
    with pytest.raises(WrongAddress, match=r"mqtts://user:password@broker\.example:8883") as wrong:
        Broker.parse(Secret(text))
    assert "hunter2" not in str(wrong.value)
    assert wrong.value.__context__ is None or wrong.value.__suppress_context__
