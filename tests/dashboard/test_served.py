"""The whole way: the daemon, the terminal, a browser; and a daemon that dies in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.ports import free_port
from tests.web.desks import Browser

pytestmark = pytest.mark.nightly
PATIENCE = 60.0


class Machine:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "KIGEN_HOME": str(folder / "home")}
        (folder / "config.yaml").write_text(
            f"accounts: {{}}\ndashboard: {{listen: '127.0.0.1:{free_port()}'}}\n"
        )

    def kigen(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "runner", *words],
            cwd=self.folder, env=self.environment, input=given, capture_output=True, text=True,
            timeout=PATIENCE, check=False,
        )  # fmt: skip

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "runner", "serve"], cwd=self.folder, env=self.environment,
            stderr=(self.folder / "said").open("a"),
        )  # fmt: skip
        try:
            yield daemon
        finally:
            daemon.terminate()
            daemon.wait(PATIENCE)

    def link(self) -> str:
        """A link, as soon as the dashboard is served."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            said = self.kigen("dashboard")
            if said.returncode == 0:
                return said.stdout.strip()
            time.sleep(0.2)
        pytest.fail(said.stderr + (self.folder / "said").read_text())


def signed_in(link: str) -> Browser:
    parts = urlsplit(link)
    assert parts.port is not None
    answer = Browser(parts.port).send(parts.path, {})
    assert answer.status == 303
    return Browser(parts.port, answer.headers["set-cookie"].partition(";")[0].partition("=")[2])


def test_a_session_outlives_a_killed_daemon_but_not_another_password(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    with machine.serving() as daemon:
        owner = signed_in(machine.link())
        assert owner.get("/").status == 200
        daemon.send_signal(signal.SIGKILL)
        daemon.wait(PATIENCE)
    assert "not served now" in machine.kigen("dashboard").stderr
    with machine.serving():
        other = signed_in(machine.link())
        assert owner.get("/").status == 200
        token = machine.kigen("dashboard", "token", "watch").stdout.strip()
        assert owner.get("/metrics").status == 200
        program = Browser(owner.port)
        assert program.get("/metrics", authorization=f"Bearer {token}").status == 200
        done = machine.kigen("dashboard", "password", "--stdin", given="correct horse\n")
        assert done.returncode == 0, done.stderr
        assert owner.get("/").status == other.get("/").status == 303
    files = [file for file in (tmp_path / "home").rglob("*") if file.is_file()]
    assert {oct(file.stat().st_mode & 0o077) for file in files} == {"0o0"}
    for file in files:
        text = file.read_bytes()
        assert token.encode() not in text
        assert owner.session.encode() not in text
        assert b"correct horse" not in text
