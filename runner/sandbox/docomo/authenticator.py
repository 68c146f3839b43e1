"""An authenticator as the second step (RFC 6238): six digits, every thirty seconds.

It is there for practice: that docomo offers one is not known.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct

from runner.sandbox import derive
from runner.sandbox.books import Books
from runner.sandbox.docomo.line import NAME

PERIOD = 30


def secret(books: Books) -> str:
    """What the owner's app keeps, in groups of four as sites show it."""
    key = base64.b32encode(_key(books)).decode().lower()
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


def check(books: Books, given: str) -> bool:
    """Whether this is the code of this moment, or of the one before. Each is good once."""
    now = int(books.now(NAME).timestamp()) // PERIOD
    with books.writing():
        last = books.get(NAME, "authenticator_step", 0)
        for step in (now, now - 1):
            if step > last and hmac.compare_digest(given.encode(), _code(books, step).encode()):
                books.put(NAME, authenticator_step=step)
                return True
    return False


def _key(books: Books) -> bytes:
    return derive.number(books.seed, NAME, "totp").to_bytes(32)[:20]


def _code(books: Books, step: int) -> str:
    digest = hmac.digest(_key(books), struct.pack(">Q", step), hashlib.sha1)
    at = digest[-1] & 15
    number: int = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"
