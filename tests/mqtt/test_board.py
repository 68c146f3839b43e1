"""The board at a real broker that goes away, comes back, and lets not everybody in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
import trustme

from runner.mqtt.board import Board, connecting, put_once
from runner.mqtt.connection import Connection, Lost
from runner.mqtt.memory import Memory
from runner.values.secret import Secret
from tests.browser.processes import wait_until
from tests.mqtt.conftest import Listener
from tests.mqtt.mosquitto import Mosquitto

STATUS = "kigen/status"
PASSWORD = "p@ss:w/rd hunter2"
SAID = {"homeassistant/device/kigen_a/config": '{"a": 1}', "kigen/a/state": '{"days_left": 12}'}
MORE = {**SAID, "homeassistant/device/kigen_b/config": '{"b": 1}', "kigen/b/state": "{}"}


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "mqtt.json")


Begin = Callable[..., Board]


@pytest.fixture
def begin(memory: Memory) -> Iterator[Begin]:
    boards: list[Board] = []

    def begin(
        port: int, *, fetch: Callable[[], Secret] | None = None, longest: float = 0.3
    ) -> Board:
        fetch = fetch or (lambda: Secret(f"mqtt://127.0.0.1:{port}"))
        connect = connecting(fetch, STATUS, None)
        boards.append(
            Board(connect, STATUS, memory, first_pause=0.1, longest_pause=longest, turn=0.05)
        )
        return boards[-1]

    yield begin
    for board in boards:
        board.end()


class Deaf:
    """A connection that is lost before the broker has confirmed anything."""

    settled = False

    def put(self, topic: str, text: str) -> None:
        pass

    def turn(self, seconds: float) -> None:
        raise Lost("gone")

    settle = turn

    def drop(self) -> None:
        pass


def test_what_the_broker_may_hold_is_remembered_until_it_has_confirmed(memory: Memory) -> None:
    """Else a line that is gone would stay with Home Assistant for ever."""
    memory.note(["gone"])
    with pytest.raises(Lost):
        put_once(lambda: cast(Connection, Deaf()), SAID, memory)
    assert memory.topics() == ["gone", *SAID]
    tries: list[None] = []

    def connect() -> Connection:
        tries.append(None)
        return cast(Connection, Deaf())

    board = Board(connect, STATUS, memory, first_pause=0.01, longest_pause=0.01, turn=0.01)
    board.show(MORE)
    assert wait_until(lambda: len(tries) > 3)
    board.end()
    assert memory.topics() == ["gone", *MORE]


def test_what_is_said_stays_at_the_broker(
    broker: Mosquitto, listener: Listener, begin: Begin, memory: Memory, log: list[str]
) -> None:
    board = begin(broker.port)
    board.show(SAID)
    listener.wait(lambda heard: heard == {STATUS: "online", **SAID})
    assert wait_until(lambda: memory.topics() == list(SAID))
    later = Listener(broker.port)  # as Home Assistant after a restart
    later.wait(lambda heard: heard == {STATUS: "online", **SAID})
    later.close()
    changed = {**SAID, "kigen/a/state": '{"days_left": 11}'}
    board.show(changed)
    listener.wait(lambda heard: heard == {STATUS: "online", **changed})
    assert len(listener.all) == 4  # what was not new was not said again
    board.end()
    listener.wait(lambda heard: heard == {STATUS: "offline", **changed})
    assert log == ["the lines are shown to Home Assistant, by MQTT"]


def test_a_line_that_is_gone_vanishes_also_over_a_restart(
    broker: Mosquitto, listener: Listener, begin: Begin, memory: Memory
) -> None:
    board = begin(broker.port)
    board.show(MORE)
    listener.wait(lambda heard: set(heard) == {STATUS, *MORE})
    board.show(SAID)
    gone = dict.fromkeys(set(MORE) - set(SAID), "")
    listener.wait(lambda heard: heard == {STATUS: "online", **SAID, **gone})
    assert wait_until(lambda: memory.topics() == list(SAID))
    board.end()
    begin(broker.port).show({})  # the last one went while nothing ran
    listener.wait(lambda heard: heard == {STATUS: "online", **dict.fromkeys(MORE, "")})
    assert wait_until(lambda: memory.topics() == [])
    later = Listener(broker.port)
    later.wait(lambda heard: heard == {STATUS: "online"})
    later.close()


def test_a_broker_that_has_forgotten_everything_is_told_again(
    broker: Mosquitto, begin: Begin, log: list[str]
) -> None:
    board = begin(broker.port)
    board.show(SAID)
    assert wait_until(lambda: len(log) == 1)
    broker.stop()
    assert wait_until(lambda: len(log) > 1)
    board.show(MORE)
    broker.start()
    listener = Listener(broker.port)
    listener.wait(lambda heard: heard == {STATUS: "online", **MORE})
    listener.close()
    assert wait_until(lambda: len(log) > 2 and log[-1] == log[0])
    # Lost, and perhaps out of reach: it may be tried again while the broker still starts.
    assert all("not shown" in line for line in log[1:-1])


def test_a_wrong_password_is_told_once_and_may_be_put_right(
    tmp_path: Path, begin: Begin, log: list[str]
) -> None:
    broker = Mosquitto(tmp_path, users={"kigen": PASSWORD})
    given, asked = ["wrong"], []

    def fetch() -> Secret:
        asked.append(given[0])
        return Secret(f"mqtt://kigen:{given[0]}@127.0.0.1:{broker.port}")

    try:
        begin(broker.port, fetch=fetch).show(SAID)
        assert wait_until(lambda: len(asked) >= 3)
        assert len(log) == 1
        assert "does not let kigen in" in log[0]
        assert "look at the user and the password" in log[0]
        given[0] = "p%40ss%3Aw%2Frd%20hunter2"
        assert wait_until(lambda: len(log) == 2)
        assert log[1] == "the lines are shown to Home Assistant, by MQTT"
        assert not any("hunter2" in line or "wrong" in line for line in log)
    finally:
        broker.stop()


def test_nobody_waits_for_a_broker_that_is_not_there(
    begin: Begin, broker: Mosquitto, log: list[str], memory: Memory
) -> None:
    broker.stop()
    board, began = begin(broker.port), time.monotonic()
    board.show(SAID)
    board.show(MORE)
    assert time.monotonic() - began < 30
    assert wait_until(lambda: len(log) == 1)
    assert log[0].startswith("the lines are not shown to Home Assistant: the MQTT broker can't be")
    board.end()
    assert time.monotonic() - began < 60
    with pytest.raises(Lost, match="can't be reached"):
        put_once(
            connecting(lambda: Secret(f"mqtt://127.0.0.1:{broker.port}"), STATUS, None),
            SAID,
            memory,
        )


def test_once_after_a_run_is_enough(broker: Mosquitto, listener: Listener, memory: Memory) -> None:
    address = Secret(f"mqtt://127.0.0.1:{broker.port}/")
    connect = connecting(lambda: address, STATUS, None, stays=False)
    put_once(connect, MORE, memory)
    listener.wait(lambda heard: heard == {STATUS: "online", **MORE})
    put_once(connect, SAID, memory)
    gone = dict.fromkeys(set(MORE) - set(SAID), "")
    listener.wait(lambda heard: heard == {STATUS: "online", **SAID, **gone})
    assert memory.topics() == list(SAID)


def test_who_is_cut_off_is_offline(broker: Mosquitto, listener: Listener) -> None:
    def fetch() -> Secret:
        return Secret(f"mqtt://127.0.0.1:{broker.port}")

    connection = connecting(fetch, STATUS, None)()
    listener.wait(lambda heard: heard[STATUS] == "online")
    connection.drop()
    listener.wait(lambda heard: heard[STATUS] == "offline")

    once = connecting(fetch, STATUS, None, stays=False)()  # a command beside the daemon
    listener.wait(lambda heard: heard[STATUS] == "online")
    once.drop()
    after = connecting(fetch, "other/status", None)()
    listener.wait(lambda heard: heard["other/status"] == "online")
    assert listener.heard[STATUS] == "online"
    after.close()


def test_a_broker_with_tls_is_trusted_only_where_somebody_vouches(tmp_path: Path) -> None:
    ca, other = trustme.CA(), trustme.CA()
    certificate = ca.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    for number, blob in enumerate(certificate.cert_chain_pems):
        blob.write_to_path(tmp_path / "chain.pem", append=bool(number))
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    other.cert_pem.write_to_path(tmp_path / "other.pem")
    tls = f"certfile {tmp_path / 'chain.pem'}\nkeyfile {tmp_path / 'key.pem'}"
    broker = Mosquitto(tmp_path, users={"kigen": PASSWORD}, tls=tls)
    user = "kigen:p%40ss%3Aw%2Frd%20hunter2"

    def connect(scheme: str, file: str | None) -> Connection:
        address = Secret(f"{scheme}://{user}@127.0.0.1:{broker.port}")
        return connecting(lambda: address, STATUS, None if file is None else tmp_path / file)()

    try:
        connection = connect("mqtts", "ca.pem")
        connection.put("kigen/a/state", json.dumps({}))
        connection.settle(5)
        connection.close()
        for file in ("other.pem", None):
            with pytest.raises(Lost, match="nobody who is known here vouches"):
                connect("mqtts", file)
        with pytest.raises(Lost, match="does not exist"):
            connect("mqtts", "none.pem")
        with pytest.raises(Lost):
            connect("mqtt", None)
    finally:
        broker.stop()
