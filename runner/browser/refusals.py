"""Passwords that a site has refused: such a one is tried once, and not again until it changes.

Only a slow, salted hash is kept. It depends on no key: a lost key must not let an old password be
tried again. Guessing at it costs a tenth of a second and 64 MB of memory a try.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runner.browser.files import file_name, write_private
from runner.values.secret import Secret

_COST = {"n": 2**16, "r": 8, "p": 1, "maxmem": 2**27}
"""Of scrypt: RFC 7914."""


class Refusals:
    """Remembers what was refused, one set of credentials an account."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def any(self, account: str) -> bool:
        """Whether some were refused; which ones, only `has` can tell."""
        return self._file(account).exists()

    def has(self, account: str, credentials: Mapping[str, object]) -> bool:
        """Whether just these were refused before."""
        kept = self._kept(account)
        if kept is None:
            return False
        digest = _digest(credentials, bytes.fromhex(kept["salt"]))
        return hmac.compare_digest(bytes.fromhex(kept["hash"]), digest)

    def add(self, account: str, credentials: Mapping[str, object]) -> None:
        """Remember that these were refused; their owner has not been told yet."""
        salt = secrets.token_bytes(16)
        digest = _digest(credentials, salt)
        self._keep(account, {"salt": salt.hex(), "hash": digest.hex(), "told": False})

    def told(self, account: str) -> bool:
        """Whether the owner was told of the one that is remembered."""
        kept = self._kept(account)
        return kept is not None and kept["told"]

    def tell(self, account: str) -> None:
        """The owner was told: it is not done again until another one is refused."""
        kept = self._kept(account)
        if kept is not None:
            self._keep(account, {**kept, "told": True})

    def forget(self, account: str) -> None:
        """The site has let the owner in."""
        self._file(account).unlink(missing_ok=True)

    def _kept(self, account: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads(self._file(account).read_text())
        except (FileNotFoundError, ValueError):
            return None
        return found

    def _keep(self, account: str, what: Mapping[str, Any]) -> None:
        write_private(self._file(account), json.dumps(what).encode())

    def _file(self, account: str) -> Path:
        return self._folder / f"{file_name(account)}.json"


def _digest(credentials: Mapping[str, object], salt: bytes) -> bytes:
    parts = {
        name: value.reveal() if isinstance(value, Secret) else str(value)
        for name, value in credentials.items()
    }
    text = json.dumps(parts, sort_keys=True)
    return hashlib.scrypt(text.encode(), salt=salt, **_COST)
