"""Tokens of programs: shown once when they are made, and kept as hashes only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from runner.web.kept import Kept
from runner.web.who import Scope

_BEGIN = "kigen_"
_LONGEST = 100


class NameTaken(ValueError):
    """There is a token of this name."""


@dataclass(frozen=True, slots=True)
class Token:
    """A program's token, without the token itself."""

    name: str
    scope: Scope
    made_at: datetime


class Tokens:
    """All tokens of a home. `folder` is the state folder."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._kept, self._clock = Kept(folder / "dashboard" / "tokens.json"), clock

    def make(self, name: str, scope: Scope) -> str:
        """A new token, which can't be shown again. Raises NameTaken."""
        token = _BEGIN + secrets.token_urlsafe(32)
        with self._kept.changed() as tokens:
            if any(one["name"] == name for one in tokens.values()):
                raise NameTaken(name)
            tokens[_digest(token)] = {
                "name": name, "scope": scope.value, "made_at": self._clock().isoformat(),
            }  # fmt: skip
        return token

    def drop(self, name: str) -> bool:
        """End a token; tells whether there was one."""
        with self._kept.changed() as tokens:
            gone = [digest for digest, one in tokens.items() if one["name"] == name]
            for digest in gone:
                del tokens[digest]
        return bool(gone)

    def all(self) -> list[Token]:
        """By name."""
        return sorted((_token(one) for one in self._kept.read().values()), key=lambda one: one.name)

    def check(self, given: str) -> Token | None:
        """The token that this is; None for anything else.

        It is looked up by its hash: how long that takes tells nothing of the tokens that there are.
        """
        if len(given) > _LONGEST or not given.startswith(_BEGIN):
            return None
        found = self._kept.read().get(_digest(given))
        return None if found is None else _token(found)


def bearer(header: str | None) -> str | None:
    """What an `Authorization` header bears (RFC 6750); None where it is of another kind."""
    kind, _, token = (header or "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _token(found: dict[str, str]) -> Token:
    return Token(found["name"], Scope(found["scope"]), datetime.fromisoformat(found["made_at"]))
