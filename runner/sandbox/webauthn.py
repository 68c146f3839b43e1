"""What a site checks of a passkey (W3C Web Authentication, Level 3, sections 7.1 and 7.2).

Only ES256 keys are taken, and no statement about the maker of an authenticator is asked for.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40
_ID_LENGTH = 53
"""Where authenticator data tells how long a new credential's ID is: after the hash of the site's
name (32), the flags (1), the counter (4) and the maker's number (16)."""
_COSE_HEAD = bytes.fromhex("a5010203262001215820")
_COSE_MIDDLE = bytes.fromhex("225820")
"""An ES256 key in the canonical CBOR of CTAP2: always these bytes around x and y."""


class Refused(ValueError):
    """A passkey's answer does not hold."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A passkey as the site knows it: `id` and `point` (x and y) in base64url, and its counter."""

    id: str
    point: str
    count: int


def registered(
    client_data: str, authenticator_data: str, *, challenge: str, origin: str, site: str
) -> PublicKey:
    """The new passkey that a browser registered. `site` is the relying party's ID. Raises Refused."""
    _client(client_data, "webauthn.create", challenge, origin)
    data = decoded(authenticator_data)
    count = _authenticator(data, site, _PRESENT | _VERIFIED | _ATTESTED)
    length = int.from_bytes(data[_ID_LENGTH : _ID_LENGTH + 2])
    start = _ID_LENGTH + 2 + length
    head, x, middle, y = (
        data[start : start + 10],
        data[start + 10 : start + 42],
        data[start + 42 : start + 45],
        data[start + 45 : start + 77],
    )
    if head != _COSE_HEAD or middle != _COSE_MIDDLE or len(y) != 32:
        raise Refused("the key is no ES256 key")
    key = PublicKey(encoded(data[_ID_LENGTH + 2 : start]), encoded(x + y), count)
    _verifier(key)
    return key


def asserted(
    key: PublicKey,
    client_data: str,
    authenticator_data: str,
    signature: str,
    *,
    challenge: str,
    origin: str,
    site: str,
) -> int:
    """The passkey's counter after a good sign-in. Raises Refused."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256

    _client(client_data, "webauthn.get", challenge, origin)
    data = decoded(authenticator_data)
    count = _authenticator(data, site, _PRESENT | _VERIFIED)
    signed = data + hashlib.sha256(decoded(client_data)).digest()
    try:
        _verifier(key).verify(decoded(signature), signed, ECDSA(SHA256()))
    except InvalidSignature:
        raise Refused("the signature is wrong") from None
    if (count or key.count) and count <= key.count:
        raise Refused("the counter did not grow: the passkey may have been copied")
    return count


def _client(client_data: str, kind: str, challenge: str, origin: str) -> None:
    try:
        told = dict(json.loads(decoded(client_data)))
    except (ValueError, TypeError):
        raise Refused("what the browser said can't be read") from None
    if told.get("type") != kind:
        raise Refused("this is an answer to another question")
    if not hmac.compare_digest(str(told.get("challenge")), challenge):
        raise Refused("the challenge is another one")
    if told.get("origin") != origin or told.get("crossOrigin"):
        raise Refused("it was asked for by another site")


def _authenticator(data: bytes, site: str, flags: int) -> int:
    """The counter of authenticator data that belongs to this site and has these flags."""
    if not hmac.compare_digest(data[:32], hashlib.sha256(site.encode()).digest()):
        raise Refused("it belongs to another site")
    if len(data) < 37 or data[32] & flags != flags:
        raise Refused("nobody was there, or was not recognised")
    return int.from_bytes(data[33:37])


def _verifier(key: PublicKey):  # type: ignore[no-untyped-def]  # cryptography is imported late
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), b"\4" + decoded(key.point))
    except ValueError:
        raise Refused("the key is no point of its curve") from None


def encoded(data: bytes) -> str:
    """base64url without padding, as the standard writes bytes."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of base64url. Raises Refused."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Refused("this is no base64url") from None
