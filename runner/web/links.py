"""Signed links: who holds one may do one thing, once, until a moment.

A link names a thing and the moment at which it dies, and is signed with what it is bound to. It
can't be made, changed or lengthened without the key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime


class DeadLink(Exception):
    """The link is forged, was changed, or its time is over. It is not said which."""


class Links:
    """Makes and reads links. `key` is of this use alone; see `key_for`."""

    def __init__(self, key: bytes, clock: Callable[[], datetime]) -> None:
        self._key, self._clock = key, clock

    def make(self, id: str, bound_to: str, until: datetime) -> str:
        """A token for the thing `id`, which counts only together with what it is `bound_to`."""
        expires = int(until.timestamp())
        return f"{id}.{expires}.{self._sign(id, bound_to, expires)}"

    def id_of(self, token: str) -> str:
        """Which thing a token speaks of; nothing is proved by that. Raises DeadLink."""
        return _parts(token)[0]

    def check(self, token: str, bound_to: str) -> None:
        """Raises DeadLink unless the token is ours, is bound to this, and is still alive."""
        id, expires = _parts(token)
        # The whole token is held against the one that was made: no part has two spellings.
        ours = f"{id}.{expires}.{self._sign(id, bound_to, expires)}"
        if not hmac.compare_digest(_bytes(token), _bytes(ours)):
            raise DeadLink
        if self._clock() >= datetime.fromtimestamp(expires, UTC):
            raise DeadLink

    def _sign(self, id: str, bound_to: str, expires: int) -> str:
        # The lengths keep one field's end from being read as the next one's beginning.
        text = f"{len(id)}:{id}{len(bound_to)}:{bound_to}{expires}"
        digest = hmac.new(self._key, _bytes(text), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def key_for(use: str, key: bytes) -> bytes:
    """A key for one use, drawn from the home's key: who learns one learns no other."""
    return hmac.new(key, f"kigen {use}".encode(), hashlib.sha256).digest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _parts(token: str) -> tuple[str, int]:
    try:
        id, expires, _ = token.split(".")
        return id, int(expires)
    except ValueError:
        raise DeadLink from None
