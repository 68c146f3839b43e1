"""The owner's password: as an Argon2id hash in the home, or where config.yaml says."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path

from runner.values.secret import Secret
from runner.web.kept import Kept

SHORTEST = 8
LONGEST = 1024
"""Characters of a password."""
_HASHED = "$argon2"
_NOBODYS = (  # of a random text that was thrown away
    "$argon2id$v=19$m=65536,t=3,p=4$8SuufOjaseVk+q6riimX2Q$FKx78PL0CEuk9yudNMrkFT1MtQ5Th8bq+K7HVsXnTUY"
)


class Password:
    """`folder`: the state folder. `given`: fetches what config.yaml names, which may be a password
    or the hash of one."""

    def __init__(self, folder: Path, key: bytes, given: Callable[[], Secret] | None = None) -> None:
        self._kept, self._key, self._given = (
            Kept(folder / "dashboard" / "password.json"),
            key,
            given,
        )

    @property
    def is_set(self) -> bool:
        """Whether there is one."""
        return self._wanted() is not None

    def set(self, password: str) -> None:
        """Keep a new one. All sessions are over."""
        from argon2 import PasswordHasher

        with self._kept.changed() as kept:
            kept["hash"] = PasswordHasher().hash(password)

    def fingerprint(self) -> str:
        """Changes with the password, and tells nothing of it."""
        wanted = self._wanted()
        if wanted is None:
            return ""
        return hmac.new(self._key, wanted.reveal().encode(), hashlib.sha256).hexdigest()

    def check(self, password: str) -> bool:
        """Whether it is the right one. Takes a tenth of a second and 64 MB, whatever it is."""
        from argon2 import PasswordHasher
        from argon2.exceptions import InvalidHashError, VerificationError

        wanted = self._wanted()
        hashed = wanted is not None and wanted.reveal().startswith(_HASHED)
        against = wanted.reveal() if wanted is not None and hashed else _NOBODYS
        try:
            PasswordHasher().verify(against, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return wanted is not None and not hashed and wanted == Secret(password)
        return hashed

    def _wanted(self) -> Secret | None:
        if self._given is not None:
            return self._given()
        kept = self._kept.read().get("hash")
        return Secret(kept) if isinstance(kept, str) else None
