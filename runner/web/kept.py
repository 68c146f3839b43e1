"""What the dashboard keeps between its starts: small files of the home, for their owner alone."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from runner.browser.files import write_private


class Kept:
    """A map in one file. Several processes may read and change it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> dict[str, Any]:
        """All of it; empty where nothing was kept yet, or where it can't be read any more."""
        try:
            found = json.loads(self._file.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    @contextmanager
    def changed(self) -> Iterator[dict[str, Any]]:
        """Change the map; it is written at the end, unless an exception leaves the block."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self._file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = self.read()
            yield found
            write_private(self._file, json.dumps(found).encode())
        finally:
            os.close(lock)
