"""The door that forwarded text messages come in by: who may, and never twice.

A request is let in by a token (`Authorization: Bearer …`) or by a signature: `X-Signature`, the
HMAC-SHA256 of the body as hexadecimal digits, made with a key that both sides know. Apps that send
`X-Timestamp` sign the body together with it. A signed request has to tell its time, there or in the
body, or it could be sent again by whoever saw it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from runner.challenge.forwarded import Forwarded
from runner.challenge.inbox import LIFE, Inbox

if TYPE_CHECKING:
    from runner.values.secret import Secret

CLOCKS = timedelta(minutes=5)
"""How far the clock of a phone may be off."""
BEARER = "bearer "


class NotLetIn(Exception):
    """A request without a right token or signature. Says nothing that would help a stranger."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What an account's phone has to know."""

    token: Secret | None
    signing_key: Secret | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message. `why` it was not kept is for its owner to read."""

    kept: bool
    why: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class LetIn:
    """By which key a request came in. `untimed`: the signature covers no time but the body's own."""

    key: bytes
    untimed: bool = False


class Door:
    """Takes messages in. `keys` gives an account's keys, None where it has no webhook."""

    def __init__(
        self,
        inbox: Inbox,
        keys: Callable[[str], Keys | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._inbox, self._keys, self._clock = inbox, keys, clock

    def check(self, account: str, headers: Mapping[str, str], body: bytes) -> LetIn:
        """See that a request may come in. Raises NotLetIn."""
        keys = self._keys(account)
        if keys is None:
            raise NotLetIn
        given = headers.get("authorization", "")
        if keys.token is not None and given[: len(BEARER)].lower() == BEARER:
            token = keys.token.reveal().encode()
            if hmac.compare_digest(given[len(BEARER) :].strip().encode(), token):
                return LetIn(token)
        signature = headers.get("x-signature", "").strip().lower().removeprefix("sha256=")
        if keys.signing_key is not None and signature:
            key = keys.signing_key.reveal().encode()
            stamp = headers.get("x-timestamp", "").strip()
            if stamp and not self._is_now(stamp):
                raise NotLetIn
            right = hmac.new(key, body + stamp.encode(), hashlib.sha256).hexdigest()
            if hmac.compare_digest(signature.encode(), right.encode()):
                return LetIn(key, untimed=not stamp)
        raise NotLetIn

    def take(self, account: str, message: Forwarded | None, body: bytes, by: LetIn) -> Taken:
        """Put a message that was let in into the inbox, once. Raises NoKey."""
        if message is None:
            return Taken(False, "this is no message that came in")
        if by.untimed and message.sent is None:
            return Taken(False, "a signed message must tell its time: add receivedStamp to it")
        if message.sent is not None:
            now = self._clock()
            if message.sent < now - LIFE:
                return Taken(False, "too old")
            if message.sent > now + CLOCKS:
                return Taken(False, "its time lies in the future: the phone's clock is wrong")
        if not self._inbox.first_time(by.key, f"{account}\n".encode() + body):
            return Taken(False, "this very message came before")
        if not self._inbox.give(account, message.text, message.sender):
            return Taken(False, "there is no code in it")
        return Taken(True)

    def _is_now(self, stamp: str) -> bool:
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 13):
            return False
        seconds = int(stamp) / (1000 if len(stamp) > 11 else 1)
        return abs(datetime.fromtimestamp(seconds, UTC) - self._clock()) <= CLOCKS
