"""`kigen sandbox`: steering the portals, and their answers to credential commands."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from runner.sandbox import control, start
from tests.cli.conftest import Kigen


def test_secrets_are_those_of_the_portal(process: Kigen, home: Path) -> None:
    found = control.secrets(home, "docomo")
    for field, value in found.items():
        assert process("sandbox", "secrets", "docomo", field).out == f"{value}\n"
    assert process("sandbox", "secrets", "docomo", "--json").json() == found
    assert process("sandbox", "secrets", "docomo", "id", "--json").json() == {"id": found["id"]}
    everything = process("sandbox", "secrets", "docomo").out
    assert everything.splitlines() == [f"{name}: {value}" for name, value in found.items()]


def test_no_message_is_no_text(process: Kigen) -> None:
    said = process("sandbox", "sms", "docomo")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_faults_are_switched_on_and_off(kigen: Kigen) -> None:
    assert kigen("sandbox", "fault", "slow", "seconds=3", "count=1").code == 0
    (fault,) = kigen("sandbox", "faults", "--json").json()
    assert (fault["name"], fault["options"]["seconds"]) == ("slow", 3.0)
    assert "seconds=3.0" in kigen("sandbox", "faults").out
    assert kigen("sandbox", "faults", "--clear", "--json").json() == []
    assert kigen("sandbox", "fault", "slow", "seconds=x").code == 2


def test_every_kind_of_fault_is_explained(kigen: Kigen) -> None:
    said = kigen("sandbox", "fault").out
    for name, options in control.fault_kinds().items():
        assert f"{name}: " in said
        assert all(f"    {option}=…" in said for option in options if option)


def test_settings_charges_and_reset(kigen: Kigen, home: Path) -> None:
    before = control.secrets(home, "docomo")
    assert kigen("sandbox", "set", "docomo", "password").code == 0
    assert control.secrets(home, "docomo") != before
    assert "expires_on" in kigen("sandbox", "set", "docomo").out
    assert kigen("sandbox", "charges", "--json").json() == []
    assert kigen("sandbox", "reset").code == 0
    assert control.secrets(home, "docomo") == before


def test_serve_until_interrupted(home: Path) -> None:
    command = [sys.executable, "-m", "runner", "sandbox", "serve"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline()  # its address: it is ready
            address = start.find(home)
            assert address is not None
            second = subprocess.run(command, capture_output=True, text=True)
            assert second.returncode == 1
            assert "served from this home already" in second.stderr
        finally:
            server.send_signal(signal.SIGINT)
        _, complaints = server.communicate(timeout=20)
    assert "Traceback" not in complaints
    assert start.find(home) is None
