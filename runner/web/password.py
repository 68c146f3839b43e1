"""The owner's password: as an Argon2id hash in the home, or where config.yaml says."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from runner.values.secret import Secret
from runner.web.kept import Kept

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 8
LONGEST = 1024
"""Characters of a password."""
_HASHED = "$argon2"


class Password:
    """`folder`: the state folder. `given`: fetches what config.yaml names, which may be a password
    or the hash of one. `hasher`: makes the hash; argon2-cffi's own costs if absent."""

    def __init__(
        self,
        folder: Path,
        key: bytes,
        given: Callable[[], Secret] | None = None,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._kept = Kept(folder / "dashboard" / "password.json")
        self._key, self._given, self._hasher = key, given, hasher

    @property
    def is_set(self) -> bool:
        """Whether there is one."""
        return self._wanted() is not None

    def set(self, password: str) -> None:
        """Keep a new one. All sessions are over."""
        from argon2 import PasswordHasher

        with self._kept.changed() as kept:
            kept["hash"] = (self._hasher or PasswordHasher()).hash(password)

    def fingerprint(self) -> str:
        """Changes with the password, and tells nothing of it."""
        wanted = self._wanted()
        if wanted is None:
            return ""
        return hmac.new(self._key, wanted.reveal().encode(), hashlib.sha256).hexdigest()

    def check(self, password: str) -> bool:
        """Whether it is the right one. A hash takes a tenth of a second and 64 MB to compare."""
        from argon2 import PasswordHasher
        from argon2.exceptions import InvalidHashError, VerificationError

        wanted = self._wanted()
        if wanted is None:
            return False
        if not wanted.reveal().startswith(_HASHED):
            return wanted == Secret(password)
        try:
            return PasswordHasher().verify(wanted.reveal(), password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False

    def _wanted(self) -> Secret | None:
        if self._given is not None:
            return self._given()
        kept = self._kept.read().get("hash")
        return Secret(kept) if isinstance(kept, str) else None
