"""`kigen serve` and `kigen run` with a real broker, and with an address that waits to be called."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from runner.cli.main import main
from tests.browser.processes import wait_until
from tests.mqtt.conftest import Listener
from tests.mqtt.mosquitto import Mosquitto
from tests.mqtt.owner import DAYS, FIRST, LONG, SECOND, TOKYO, Owner, device, state
from tests.mqtt.web import Web, web_server

STATUS = "kigen/status"
TOKEN = "hunter2-5bf66975"


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as web:
        yield web


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    owner = Owner(tmp_path)
    owner.read()
    return owner


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker that lets in one user only."""
    folder = tmp_path / "strict"
    folder.mkdir()
    broker = Mosquitto(folder, users={"kigen": "right"})
    yield broker
    broker.stop()


Serve = Callable[[Owner], "subprocess.Popen[bytes]"]


@pytest.fixture
def serve() -> Iterator[Serve]:
    begun = []

    def serve(owner: Owner) -> subprocess.Popen[bytes]:
        begun.append(owner.serve())
        return begun[-1]

    yield serve
    for process in begun:
        process.kill()
        process.wait()


def with_broker(owner: Owner, port: int, user: str = "") -> None:
    owner.config["mqtt"] = {"url": "env:BROKER"}
    owner.secrets["BROKER"] = f"mqtt://{user}127.0.0.1:{port}"


def with_ping(owner: Owner, port: int) -> None:
    owner.config["ping"] = {"url": "env:GOOD", "fail_url": "env:BAD"}
    owner.secrets |= {
        "GOOD": f"http://127.0.0.1:{port}/{TOKEN}",
        "BAD": f"http://127.0.0.1:{port}/{TOKEN}/fail",
    }


def test_a_daemon_shows_its_lines_is_missed_and_comes_back(
    owner: Owner, broker: Mosquitto, listener: Listener, web: Web, serve: Serve
) -> None:
    with_broker(owner, broker.port)
    with_ping(owner, web.port)
    process = serve(owner)
    listener.wait(lambda heard: heard[device(FIRST)] and heard[device(SECOND)], LONG)
    assert listener.heard[STATUS] == "online", "it is said first"
    assert listener.json(device(FIRST))["device"]["name"] == "phone 090"
    assert listener.json(device(SECOND))["device"]["name"] == "village …3776"

    ran = lambda heard: json.loads(heard[state(FIRST)])["last_outcome"] == "nothing_due"  # noqa: E731
    listener.wait(ran, LONG)
    known = listener.json(state(FIRST))
    days = (DAYS, DAYS - 1)  # the day may end meanwhile
    assert (known["days_left"] in days, known["problem"]) == (True, "OFF")
    assert datetime.fromisoformat(known["next_run"]) > datetime.now(TOKYO)
    assert wait_until(lambda: web.heard == [f"GET /{TOKEN}"], LONG), owner.told()

    process.kill()
    listener.wait(lambda heard: heard[STATUS] == "offline")
    assert ran(listener.heard), "what was known stays known"

    owner.lines = (FIRST,)
    process = serve(owner)
    gone = (STATUS, device(SECOND), state(SECOND))
    listener.wait(lambda heard: [heard[topic] for topic in gone] == ["online", "", ""], LONG)
    assert listener.json(state(FIRST))["days_left"] in days
    process.terminate()
    assert process.wait(LONG) == 0, owner.told()
    listener.wait(lambda heard: heard[STATUS] == "offline")

    everything = owner.told() + json.dumps(listener.all, ensure_ascii=False)
    for secret in (TOKEN, "1111-4649", "2222-3776", "11114649"):
        assert secret not in everything


def test_a_run_shows_its_lines_and_calls_without_a_daemon(
    owner: Owner,
    broker: Mosquitto,
    listener: Listener,
    web: Web,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with_broker(owner, broker.port)
    with_ping(owner, web.port)
    monkeypatch.chdir(owner.write())
    for name, value in {"KIGEN_HOME": str(owner.home), **owner.secrets}.items():
        monkeypatch.setenv(name, value)
    assert main(["run", "due", "--json"]) == 0
    told = capsys.readouterr()
    assert (json.loads(told.out)["outcome"], told.err) == ("nothing_due", "")
    listener.wait(lambda heard: json.loads(heard[state(FIRST)])["last_outcome"] == "nothing_due")
    assert listener.heard[STATUS] == "online"
    assert web.heard == [f"GET /{TOKEN}"]


@pytest.mark.nightly
def test_a_run_of_one_account_is_no_round(owner: Owner, broker: Mosquitto, web: Web) -> None:
    with_broker(owner, broker.port)
    with_ping(owner, web.port)
    listener = Listener(broker.port)
    for words in (("flow", "manual"), ("due", "--account", "village")):
        assert owner.kigen("run", *words).returncode == 0
    listener.wait(lambda heard: json.loads(heard[state(FIRST)])["last_outcome"] == "nothing_due")
    listener.close()
    assert web.heard == []
    assert owner.kigen("run", "due").returncode == 0, "nothing is due: a good round"
    assert web.heard == [f"GET /{TOKEN}"]


@pytest.mark.nightly
def test_nobody_out_of_reach_hinders_a_run(owner: Owner, broker: Mosquitto) -> None:
    broker.stop()
    with_broker(owner, broker.port, "kigen:hunter2@")
    with web_server() as web:
        with_ping(owner, web.port)
    began = time.monotonic()
    done = owner.kigen("run", "due", "--json")
    assert time.monotonic() - began < LONG
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (0, "nothing_due")
    first, second = sorted(done.stderr.splitlines())
    assert "the lines are not shown to Home Assistant: the MQTT broker can't be reached" in first
    assert "the ping address was not called: " in second
    assert "hunter2" not in done.stderr
    assert owner.kigen("run", "due").stderr == "", "cron sends a mail for each line"
    assert len(owner.kigen("run", "flow", "manual").stderr.splitlines()) == 1


@pytest.mark.nightly
def test_a_service_that_never_answers_is_left_after_a_while(owner: Owner, web: Web) -> None:
    with_ping(owner, web.port)
    web.open.clear()
    began = time.monotonic()
    done = owner.kigen("run", "due")
    assert done.returncode == 0
    assert 9 < time.monotonic() - began < LONG
    assert web.heard == [f"GET /{TOKEN}"]


@pytest.mark.nightly
def test_runs_go_on_without_a_broker_and_it_is_told_all_when_it_comes(
    owner: Owner, broker: Mosquitto, serve: Serve
) -> None:
    broker.stop()
    with_broker(owner, broker.port)
    process = serve(owner)
    assert wait_until(lambda: owner.outcomes()[0] == "nothing_due", LONG), owner.told()
    assert wait_until(lambda: "can't be reached" in owner.told(), LONG)
    broker.start()
    listener = Listener(broker.port)
    listener.wait(
        lambda heard: json.loads(heard[state(FIRST)])["last_outcome"] == "nothing_due", LONG
    )
    broker.stop()
    listener.close()
    assert wait_until(lambda: "the connection to the MQTT broker has ended" in owner.told(), LONG)
    broker.start()
    listener = Listener(broker.port)
    listener.wait(lambda heard: heard[STATUS] == "online" and heard[device(SECOND)], LONG)
    listener.close()
    process.terminate()
    assert process.wait(LONG) == 0
    assert owner.told().count("can't be reached") <= 2, owner.told()
    assert owner.outcomes().count("nothing_due") == 1


@pytest.mark.nightly
def test_a_wrong_password_is_told_once(owner: Owner, strict: Mosquitto, serve: Serve) -> None:
    with_broker(owner, strict.port, "kigen:hunter2@")
    process = serve(owner)
    refused = "does not let kigen in"
    assert wait_until(lambda: refused in owner.told(), LONG)
    tries = lambda: strict.log.read_text().count("not authorised")  # noqa: E731
    assert wait_until(lambda: tries() >= 3, LONG), "it tries again, at longer and longer pauses"
    process.terminate()
    assert process.wait(LONG) == 0
    assert owner.told().count(refused) == 1
    assert "hunter2" not in owner.told()
    assert owner.outcomes()[0] == "nothing_due"


@pytest.mark.nightly
def test_the_settings_may_change_while_it_runs(
    owner: Owner, broker: Mosquitto, listener: Listener, serve: Serve
) -> None:
    process = serve(owner)
    assert wait_until(lambda: owner.outcomes()[0] == "nothing_due", LONG), owner.told()
    # The broker stands in the file from now on; its address was in the environment before.
    with_broker(owner, broker.port)
    (owner.folder / "workspace" / "broker").write_text(owner.secrets["BROKER"])
    (owner.folder / "workspace" / "broker").chmod(0o600)
    owner.config["mqtt"] = {"url": "file:broker", "topic": "home/kigen", "discovery_prefix": "ha"}
    owner.write()
    listener.wait(lambda heard: heard["home/kigen/status"] == "online", 150)
    listener.wait(lambda heard: any(topic.startswith("ha/device/home_kigen_") for topic in heard))
    del owner.config["mqtt"]
    owner.write()
    listener.wait(lambda heard: heard["home/kigen/status"] == "offline", 150)
    process.terminate()
    assert process.wait(LONG) == 0
