"""Secrets that can't be shown by mistake, and the redactor that takes them out of texts."""

from __future__ import annotations

import base64
import hmac
import html
import json
import re
import threading
import urllib.parse
from typing import NoReturn

MASK = "•••"
_SHORTEST = 3
_ALONE_BELOW = 6
"""Characters. Shorter secrets are masked only where they stand alone: `123` is not hidden in 1234."""


class Secret:
    """A text that is shown only by `reveal()`.

    It can't be printed, pickled, copied into JSON or hashed; equality takes the same time whatever
    the texts are.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError("a secret is a text")  # the value itself must not be named here
        self.__text = text

    def reveal(self) -> str:
        """The text. Call it where the text is used, and keep it in no variable."""
        return self.__text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self.__text), _bytes(other.__text))

    __hash__ = None  # type: ignore[assignment]  # a hash would tell equal secrets apart from others

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not stored or sent")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret is not stored or sent")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self


class Redactor:
    """Masks secrets in texts, also where they are written for a URL, HTML, JSON or base64.

    Secrets shorter than three characters are skipped: masking them would hide the whole text.
    Threads may add and mask at the same time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: set[str] = set()
        self._earlier: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._bytes_pattern: re.Pattern[bytes] | None = None

    def add(self, secret: Secret | str) -> None:
        """Mask this from now on."""
        text = secret.reveal() if isinstance(secret, Secret) else secret
        if len(text) < _SHORTEST:
            return
        with self._lock:
            new = _forms(text) - self._forms
            if new:
                self._forms |= new
                self._pattern = self._bytes_pattern = None

    def begin_anew(self) -> None:
        """Forget what was added before the last call of this. In a process that plays run after run,
        each run's secrets stay masked during the next one too, when an echo of it may still come."""
        with self._lock:
            self._earlier, self._forms = self._forms, set()
            self._pattern = self._bytes_pattern = None

    def mask(self, text: str) -> str:
        """The text without any of the secrets."""
        pattern, _ = self._compiled()
        return text if pattern is None else pattern.sub(MASK, text)

    def mask_bytes(self, data: bytes) -> bytes:
        """Bytes without any of the secrets, as UTF-8. For text in files whose encoding is not sure."""
        _, pattern = self._compiled()
        return data if pattern is None else pattern.sub(MASK.encode(), data)

    def _compiled(self) -> tuple[re.Pattern[str] | None, re.Pattern[bytes] | None]:
        with self._lock:
            if self._pattern is None and (known := self._forms | self._earlier):
                # The longest first, so that no secret is left half shown by one that it begins with.
                ordered = sorted(known, key=lambda form: (-len(form), form))
                self._pattern = re.compile("|".join(_pattern(form) for form in ordered))
                self._bytes_pattern = re.compile(
                    b"|".join(_pattern_of_bytes(form) for form in ordered)
                )
            return self._pattern, self._bytes_pattern


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _forms(text: str) -> set[str]:
    """The text in every form in which it may be written into another."""
    raw = _bytes(text)
    quoted = [urllib.parse.quote(raw, safe=safe) for safe in ("", "/", "~!*'()")]
    lower = [re.sub(r"%[0-9A-F]{2}", lambda code: code[0].lower(), form) for form in quoted]
    found = {text, *quoted, *lower, urllib.parse.quote_plus(raw)}
    found |= {html.escape(text, quote=quote) for quote in (True, False)}
    found.add(html.escape(text).replace("&#x27;", "&#39;"))
    escaped = {json.dumps(text, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    found |= escaped | {form.replace("/", "\\/") for form in escaped}
    found.add(repr(text)[1:-1])
    return found | _base64_forms(raw)


def _base64_forms(raw: bytes) -> set[str]:
    """Base64 of the text, alone and at each place that it can have inside a longer encoded text."""
    found = set()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        alone = encode(raw).decode()
        found |= {alone, alone.rstrip("=")}
        for before in range(3):
            coded = encode(b"\0" * before + raw).decode().rstrip("=")
            # Signs that also hold bits of the neighbours are not the secret's own.
            start = (0, 2, 3)[before]
            end = len(coded) - (1 if (before + len(raw)) % 3 else 0)
            if end - start >= 2 * _ALONE_BELOW:
                found.add(coded[start:end])
    return found


def _pattern(form: str) -> str:
    escaped = re.escape(form)
    return rf"(?<![^\W_]){escaped}(?![^\W_])" if len(form) < _ALONE_BELOW else escaped


def _pattern_of_bytes(form: str) -> bytes:
    escaped = re.escape(_bytes(form))
    if len(form) >= _ALONE_BELOW:
        return escaped
    # Bytes from 0x80 on are parts of letters in UTF-8, as good as ASCII letters here.
    return rb"(?<![0-9A-Za-z\x80-\xff])" + escaped + rb"(?![0-9A-Za-z\x80-\xff])"
