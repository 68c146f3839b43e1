"""Servers: found, started, ended; none is left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.sandbox import start, tls
from runner.sandbox.address import Address
from runner.sandbox.errors import NotStarted
from tests.sandbox.visitor import TOP, Visitor

SERVE = [sys.executable, "-m", "runner.sandbox", "serve", "--home"]


def until(true: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


def listening(address: Address) -> bool:
    try:
        socket.create_connection(("127.0.0.1", address.port), 1).close()
    except OSError:
        return False
    return True


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_server_lives_as_long_as_its_block(tmp_path: Path) -> None:
    with start.running(tmp_path) as address:
        assert Visitor(address).ask(TOP).status == 200
        assert start.find(tmp_path) is None  # it would vanish under others
    assert not listening(address)


def test_it_is_ended_even_before_it_was_ready(tmp_path: Path) -> None:
    with start.starting(tmp_path) as server:
        pid = server.pid
    assert not alive(pid)
    with pytest.raises(NotStarted):
        server.wait()


def test_it_is_ready_soon(tmp_path: Path) -> None:
    begin = time.monotonic()
    with start.running(tmp_path):
        # 0.2 s on an idle machine; room for a busy one.
        assert time.monotonic() - begin < 15


def test_a_standing_server_is_used_and_stays(tmp_path: Path) -> None:
    standing = subprocess.Popen([*SERVE, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert standing.stdout is not None
        ready = json.loads(standing.stdout.readline())
        with start.running(tmp_path) as address:
            assert address.port == ready["port"]
        assert start.find(tmp_path) == address
        second = subprocess.run([*SERVE, str(tmp_path)], capture_output=True, timeout=20)
        assert second.returncode == 1
        assert b"served from this home already" in second.stderr
        standing.send_signal(signal.SIGTERM)
        assert standing.wait(10) == 0
        assert start.find(tmp_path) is None
        assert not (tmp_path / "sandbox/address.json").exists()
    finally:
        standing.kill()
        standing.communicate()


def test_a_killed_server_is_not_found(tmp_path: Path) -> None:
    standing = subprocess.Popen([*SERVE, str(tmp_path)], stdout=subprocess.PIPE)
    assert standing.stdout is not None
    standing.stdout.readline()
    assert start.find(tmp_path) is not None
    standing.kill()
    standing.communicate()
    assert (tmp_path / "sandbox/address.json").exists()
    assert start.find(tmp_path) is None


def test_nothing_is_found_where_nothing_was(tmp_path: Path) -> None:
    assert start.find(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_killed_parent_leaves_no_server(tmp_path: Path) -> None:
    program = (
        "import sys, time; from runner.sandbox import start\n"
        "server = start.starting(sys.argv[1]); server.wait()\n"
        "print(server.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert alive(pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate()
    assert until(lambda: not alive(pid))


def test_a_failed_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "sandbox").write_text("not a folder")
    with pytest.raises(NotStarted, match="did not start"), start.running(tmp_path):
        pass


def test_a_taken_port_is_told(tmp_path: Path, address: Address) -> None:
    command = [*SERVE, str(tmp_path), "--port", str(address.port)]
    done = subprocess.run(command, capture_output=True, timeout=20)
    assert done.returncode == 1
    assert b"cannot be used" in done.stderr
    assert b"Traceback" not in done.stderr


def test_certificates_are_kept_and_renewed_in_time(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    first = tls.certificate(tmp_path, ("a.example",), now)
    assert tls.certificate(tmp_path, ("a.example",), now + timedelta(days=300)) == first
    assert tls.certificate(tmp_path, ("a.example",), now + timedelta(days=340)).pin != first.pin
    other = tls.certificate(tmp_path, ("a.example", "b.example"), now)
    (tmp_path / "sandbox/tls/about.json").write_text("torn")
    assert tls.certificate(tmp_path, ("a.example", "b.example"), now).pin != other.pin
