"""The sandbox's folder: private files, written whole, and a lock for their first writing."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def folder(home: Path) -> Path:
    """HOME/sandbox, made on first use, open to its owner alone."""
    path = Path(home) / "sandbox"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def write(path: Path, content: bytes) -> None:
    """Put a private file in place in one step: a reader sees the old one or the new one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def locked(home: Path, name: str) -> Iterator[None]:
    """Hold the lock NAME of this folder: many processes may start at the same moment."""
    handle = os.open(folder(home) / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
