"""A real Mosquitto: found where the system has it, else unpacked from its package for the tests alone."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from runner.browser.apt import Apt
from runner.browser.find import BrowserError, cache_folder
from tests.browser.processes import wait_until
from tests.ports import free_port

PLACES = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
"""Where brokers are, beside PATH: they are no programs for everybody."""


@dataclass(frozen=True)
class Programs:
    """The broker, and what makes its file of passwords."""

    broker: str
    passwords: str
    environment: dict[str, str]


def programs() -> Programs:
    """The programs; skips the test on a system that has none and no apt to get them by."""
    path = f"{os.environ.get('PATH', os.defpath)}:{PLACES}"
    broker = shutil.which("mosquitto", path=path)
    passwords = shutil.which("mosquitto_passwd", path=path)
    if broker and passwords:
        return Programs(broker, passwords, dict(os.environ))
    if not Apt.here():
        pytest.skip("there is no mosquitto: install it as this system does")
    root = cache_folder(os.environ) / "kigen" / "tests" / "mosquitto"
    _unpack(root)
    libraries = ":".join(sorted({str(one.parent) for one in root.glob("**/*.so*")}))
    return Programs(
        str(root / "usr/sbin/mosquitto"),
        str(root / "usr/bin/mosquitto_passwd"),
        {**os.environ, "LD_LIBRARY_PATH": libraries},
    )


def _unpack(root: Path) -> None:
    root.parent.mkdir(parents=True, exist_ok=True)
    with (root.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if root.exists():
            return
        unfinished = Path(tempfile.mkdtemp(dir=root.parent))
        try:
            apt = Apt(os.environ, lambda words: print(words, file=sys.stderr), unfinished / "apt")
            apt.unpack(["mosquitto"], unfinished / "root")
            (unfinished / "root").rename(root)
        except BrowserError as error:
            pytest.skip(f"there is no mosquitto, and it can't be had: {error}")
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


class Mosquitto:
    """A broker on a port of this machine. What it keeps is gone when it ends."""

    def __init__(self, folder: Path, *, users: dict[str, str] | None = None, tls: str = "") -> None:
        """`users`: who is let in, with their passwords; everybody if None. `tls`: lines of settings."""
        self._folder, self._programs = folder, programs()
        self.log = folder / "mosquitto.log"
        self.port = free_port()
        settings = [f"listener {self.port} 127.0.0.1", "persistence false", tls]
        if os.geteuid() == 0:
            settings.append("user root")  # else it becomes somebody who may not read these files
        settings.append(f"allow_anonymous {'true' if users is None else 'false'}")
        if users is not None:
            settings.append(f"password_file {folder / 'passwords'}")
            self.let_in(users)
        (folder / "mosquitto.conf").write_text("\n".join(settings))
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def let_in(self, users: dict[str, str]) -> None:
        """Write down who is let in; it counts from the next start."""
        file = self._folder / "passwords"
        file.write_text("")
        file.chmod(0o600)
        for user, password in users.items():
            subprocess.run(
                [self._programs.passwords, "-b", file, user, password],
                check=True, env=self._programs.environment, capture_output=True,
            )  # fmt: skip

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs.broker, "-c", self._folder / "mosquitto.conf"],
                env=self._programs.environment,
                stdout=log,
                stderr=log,
            )
        assert wait_until(self._listens), self.log.read_text()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None

    def _listens(self) -> bool:
        with socket.socket() as trial:
            return trial.connect_ex(("127.0.0.1", self.port)) == 0
