"""Passwords that a site has refused: such a one is tried once, and not again until it changes.

Only a keyed hash is kept, from which nothing can be learned without the key of the sessions.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from pathlib import Path

from runner.browser.vault import file_name, write_sealed
from runner.values.secret import Secret


class Refusals:
    """Remembers the secrets that were refused, one set an account."""

    def __init__(self, folder: Path, key: Callable[[], bytes]) -> None:
        self._folder, self._key = folder, key

    def has(self, account: str, credentials: Mapping[str, object]) -> bool:
        """Whether just these secrets were refused before."""
        try:
            kept = self._file(account).read_text()
        except FileNotFoundError:
            return False
        return hmac.compare_digest(kept, self._digest(credentials))

    def add(self, account: str, credentials: Mapping[str, object]) -> None:
        """Remember that these were refused."""
        write_sealed(self._file(account), self._digest(credentials).encode())

    def forget(self, account: str) -> None:
        """The account is open again."""
        self._file(account).unlink(missing_ok=True)

    def _file(self, account: str) -> Path:
        return self._folder / f"{file_name(account)}.refused"

    def _digest(self, credentials: Mapping[str, object]) -> str:
        parts = [
            f"{name}={value.reveal() if isinstance(value, Secret) else value}"
            for name, value in sorted(credentials.items())
        ]
        return hmac.new(self._key(), "\0".join(parts).encode(), hashlib.sha256).hexdigest()
