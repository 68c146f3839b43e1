"""Saved sessions, encrypted at rest. A session that can't be read is set aside, never fatal."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_NAME = re.compile(r"[^a-z0-9-]+")


class Vault:
    """Keeps one session an account, as an encrypted file under `folder`.

    The key is `KIGEN_KEY` (a Fernet key) where it is set, else a file that only its owner can
    read, made when it is first needed.
    """

    def __init__(self, folder: Path, key_file: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._key_file, self._environment = folder, key_file, environment

    def load(self, account: str) -> dict[str, Any] | None:
        """The saved session; None when there is none, or when it can't be read any more."""
        file = self._file(account)
        try:
            sealed = file.read_bytes()
        except FileNotFoundError:
            return None
        from cryptography.fernet import Fernet, InvalidToken

        try:
            state: dict[str, Any] = json.loads(Fernet(self.key()).decrypt(sealed))
        except (InvalidToken, ValueError):
            file.replace(file.with_suffix(".unreadable"))
            return None
        return state

    def save(self, account: str, state: Mapping[str, Any]) -> None:
        """Keep a session in place of the one before."""
        from cryptography.fernet import Fernet

        sealed = Fernet(self.key()).encrypt(json.dumps(state).encode())
        write_sealed(self._file(account), sealed)

    def forget(self, account: str) -> None:
        """Drop a session."""
        self._file(account).unlink(missing_ok=True)

    def _file(self, account: str) -> Path:
        return self._folder / f"{file_name(account)}.session"

    def key(self) -> bytes:
        """The key of all that is sealed; made when it is first needed."""
        if key := self._environment.get("KIGEN_KEY"):
            return key.encode()
        try:
            return self._key_file.read_bytes()
        except FileNotFoundError:
            from cryptography.fernet import Fernet

            write_sealed(self._key_file, Fernet.generate_key())
            return self._key_file.read_bytes()


def file_name(account: str) -> str:
    """An account's name as part of a file's."""
    return _NAME.sub("-", account.lower())


def write_sealed(file: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all, and onto the disk."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)
