"""Starting the sandbox from the program, or finding one that stands already."""

from __future__ import annotations

import fcntl
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from runner.sandbox.address import Address
from runner.sandbox.errors import NotStarted

PATIENCE = 3.0
"""Seconds in which a server may end in order."""


def find(home: Path) -> Address | None:
    """The address of a server that stands in this home by itself (`kigen sandbox serve`).

    Servers that end with the process that started them are not found: they would vanish in use.
    """
    folder = Path(home) / "sandbox"
    try:
        handle = os.open(folder / "serving.lock", os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        pass  # held: its server lives
    else:
        return None
    finally:
        os.close(handle)
    try:
        return Address.load((folder / "address.json").read_text())
    except (OSError, ValueError):
        return None


class Starting:
    """A server on its way up. Leaving the `with` block ends it, whatever it was doing."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-m", "runner.sandbox", "serve", "--home", str(home)]
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed on exit
        self._address: Address | None = None
        self._process = subprocess.Popen(
            [*command, "--exit-with-parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            # Ctrl-C at the terminal is for the parent, which may still need the portal to end well.
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The process of the server."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether its process has not ended."""
        return self._process.poll() is None

    def wait(self, timeout: float = 20.0) -> Address:
        """Its address, as soon as it is ready; TIMEOUT in seconds.

        Raises:
            NotStarted: it did not come up; the message says what it complained about.
        """
        if self._address is None:
            self._address = self._read(time.monotonic() + timeout)
        return self._address

    def _read(self, end: float) -> Address:
        pipe = self._process.stdout
        if pipe is None or pipe.closed:
            raise NotStarted("The sandbox was stopped before it was ready.")
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([pipe], [], [], max(0.0, end - time.monotonic()))
            more = os.read(pipe.fileno(), 65536) if ready else b""
            if not more:
                self.stop()
                self._complaints.seek(0)
                why = self._complaints.read().decode(errors="replace").strip()
                last = why.splitlines()[-1] if why else "It said nothing in the time it had."
                raise NotStarted(f"The sandbox did not start. {last}")
            line += more
        return Address.load(line.decode())

    def stop(self) -> None:
        """End the server and wait for its end."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(PATIENCE + 1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()
        self._complaints.close()


def starting(home: Path) -> Starting:
    """Start a server in the background, for as long as the `with` block lasts."""
    return Starting(Path(home))


@contextmanager
def running(home: Path) -> Iterator[Address]:
    """The server that stands in this home; if there is none, one for the time of the block."""
    found = find(home)
    if found is not None:
        yield found
        return
    with starting(home) as server:
        yield server.wait()
