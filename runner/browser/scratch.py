"""A folder that nothing outlives: for a trace as Playwright writes it, with secrets in it.

It is in memory where the system has such a place with enough room, and it is removed when this
process ends, even when it is killed: by a small program that waits for just that, or, should the
whole machine have stopped, by the next run.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

IN_MEMORY = Path("/dev/shm")  # noqa: S108  a place in memory; what is put there is a 0700 folder
_ENOUGH_BYTES = 32_000_000
"""A trace takes a few megabytes; containers often have 64 of memory here."""
_PREFIX = "kigen-scratch-"
_LOCK = "lock"
_WATCH = 'read _; rm -rf -- "$1"; sleep 2; rm -rf -- "$1"'
"""Waits until this process is gone, which closes the pipe. The browser's driver may still write for
a moment after that."""


@contextmanager
def scratch(places: tuple[Path, ...] | None = None) -> Iterator[Path]:
    """An empty folder for its owner alone, gone at the end of the block."""
    places = places or (IN_MEMORY, Path(tempfile.gettempdir()))
    for place in places:
        _sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=next(filter(_has_room, places), places[-1])))
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextmanager
def watched(folder: Path) -> Iterator[None]:
    """Meanwhile, see to it that the folder goes with this process, however that ends."""
    watch = subprocess.Popen(
        ["/bin/sh", "-c", _WATCH, "sh", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C at the terminal must not end it before us
    )
    try:
        yield
    finally:
        watch.kill()
        watch.wait()
        assert watch.stdin is not None  # noqa: S101  it was asked for above
        watch.stdin.close()


def _sweep(place: Path) -> None:
    """Remove the folders of processes that are gone: nobody holds their lock."""
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            lock = os.open(folder / _LOCK, os.O_RDWR)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(lock)


def _has_room(place: Path) -> bool:
    return (
        place.is_dir()
        and os.access(place, os.W_OK)
        and shutil.disk_usage(place).free >= _ENOUGH_BYTES
    )
