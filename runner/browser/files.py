"""Files that only their owner can read, written whole or not at all."""

from __future__ import annotations

import os
import re
from pathlib import Path
from secrets import token_hex
from urllib.parse import unquote

_OTHERS = re.compile(rb"[^a-z0-9_-]")


def write_private(file: Path, data: bytes) -> None:
    """Write a file for its owner alone, in one step, and onto the disk."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{token_hex(4)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # or the old name could come back after a power cut
    finally:
        os.close(folder)


def file_name(account: str) -> str:
    """An account's name as a file's: no two share one, also where capitals make no difference."""
    return _OTHERS.sub(lambda sign: b"%%%02x" % sign[0][0], account.encode()).decode()


def name_of(file_name: str) -> str:
    """The account whose file it is."""
    return unquote(file_name)
