"""Programs of the system's own that tests are played with, where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE = 120.0
"""Seconds until something happens on a busy machine."""


def program(name: str, package: str | None = None) -> str:
    """Where it is; skips the test where it is not installed."""
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"there is no {name}: `apt-get install {package or name}`")
    return found


@contextmanager
def running(
    command: Sequence[str],
    log: Path,
    ready: Callable[[], bool],
    env: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """It runs meanwhile, and is `ready`. What it says is in `log`."""
    with log.open("w") as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})}
        )
    try:
        until(lambda: process.poll() is not None or ready(), log)
        assert process.poll() is None, log.read_text()
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def until(happened: Callable[[], bool], log: Path) -> None:
    """Wait for it."""
    ends = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > ends:
            pytest.fail(f"it did not happen in {PATIENCE:g} s: {log.read_text()[-4000:]}")
        time.sleep(0.2)
