"""Secrets of practice accounts: never stored, derived from a random seed whenever they are needed.

So a password or a code that turns up in a file was written there by the program under practice.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from runner.sandbox import store

LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "23456789"
SIGNS = "!#%+-=_"


def seed(home: Path) -> bytes:
    """The random seed of this home, made on first use."""
    path = store.folder(home) / "seed"
    if not path.exists():
        with store.locked(home, "seed"):
            if not path.exists():
                store.write(path, secrets.token_bytes(32))
    return path.read_bytes()


def number(seed: bytes, *name: str | int) -> int:
    """A number of 256 bits that belongs to this seed and name."""
    text = "/".join(str(part) for part in name)
    return int.from_bytes(hmac.digest(seed, text.encode(), hashlib.sha256))


def digits(seed: bytes, length: int, *name: str | int) -> str:
    """A code of LENGTH digits; it may begin with 0, as real codes do."""
    return f"{number(seed, *name) % 10**length:0{length}d}"


def password(seed: bytes, *name: str | int) -> str:
    """Fourteen characters with letters, digits and signs, as portals ask for."""
    value = number(seed, *name)
    alphabets = [LETTERS] * 5 + [SIGNS] + [LETTERS] * 3 + [DIGITS] * 3 + [SIGNS] + [LETTERS]
    text = ""
    for alphabet in alphabets:
        value, place = divmod(value, len(alphabet))
        text += alphabet[place]
    return text
