"""An authenticator's secret, as sites hand it out, and the codes that follow from it (RFC 6238)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import parse_qs, urlsplit

ALGORITHMS = ("SHA1", "SHA256", "SHA512")
_STRAY = re.compile(r"[^A-Z2-7]")


@dataclass(frozen=True, slots=True, repr=False)
class Authenticator:
    """What an authenticator app keeps of one sign-in. `period` is in seconds."""

    key: bytes
    digits: int = 6
    period: int = 30
    algorithm: str = "SHA1"

    def __repr__(self) -> str:
        return f"Authenticator({self.digits} digits)"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a secret: base32 in any case, with spaces or hyphens, or a whole otpauth:// address.

        Raises ValueError, whose message says what is wrong and repeats nothing of the secret.
        """
        text = text.strip()
        if text.lower().startswith("otpauth:"):
            return cls._of_address(text)
        return cls(_key(text))

    @classmethod
    def _of_address(cls, text: str) -> Self:
        """An otpauth:// address, in the form that is known from Google Authenticator."""
        parts = urlsplit(text)
        if parts.netloc.lower() != "totp":
            raise ValueError(
                "this otpauth:// address is no totp: one that counts (hotp) can't be used"
            )
        given = {name.lower(): values[-1] for name, values in parse_qs(parts.query).items()}
        if "secret" not in given:
            raise ValueError("this otpauth:// address has no `secret=`: copy the whole of it")
        algorithm = given.get("algorithm", "SHA1").upper().replace("-", "")
        if algorithm not in ALGORITHMS:
            raise ValueError(f"the algorithm of this address is none of {', '.join(ALGORITHMS)}")
        digits, period = _number(given, "digits", 6), _number(given, "period", 30)
        if not 6 <= digits <= 8:
            raise ValueError("the codes of an authenticator have 6 to 8 digits")
        if not 1 <= period <= 3600:
            raise ValueError("the period of an authenticator is between 1 second and 1 hour")
        return cls(_key(given["secret"]), digits, period, algorithm)

    def code(self, at: datetime) -> str:
        """The code of a moment."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.twofactor.totp import TOTP

        # Sites hand out secrets shorter than the standard asks for; their owners can't change that.
        totp = TOTP(
            self.key,
            self.digits,
            getattr(hashes, self.algorithm)(),
            self.period,
            enforce_key_length=False,
        )
        return totp.generate(int(at.timestamp())).decode()

    def seconds_left(self, at: datetime) -> float:
        """How long the code of this moment lives on."""
        return self.period - at.timestamp() % self.period


def _key(text: str) -> bytes:
    plain = re.sub(r"[\s-]", "", text).upper().rstrip("=")
    if not plain:
        raise ValueError("the secret is empty")
    if stray := _STRAY.search(plain):
        number = len(_STRAY.findall(plain))
        signs = "1 sign" if number == 1 else f"{number} signs"
        where = f"the first at place {stray.start() + 1}"
        raise ValueError(
            f"the secret is not base32 (letters A to Z, digits 2 to 7): {signs} can't be in one, "
            f"{where}; copy it again from the site"
        )
    try:
        key = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except binascii.Error:
        raise ValueError(
            "the secret is not base32: a piece is missing; copy it again from the site"
        ) from None
    if not key:
        raise ValueError("the secret is too short: copy it again from the site")
    return key


def _number(given: dict[str, str], name: str, otherwise: int) -> int:
    text = given.get(name, str(otherwise))
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise ValueError(f"`{name}=` of this otpauth:// address is no number")
    return int(text)
