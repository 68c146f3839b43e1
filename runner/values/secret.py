"""Secrets that can't be shown by mistake, and the redactor that takes them out of texts."""

from __future__ import annotations

import base64
import hmac
import html
import json
import re
import threading
import urllib.parse
from collections.abc import Sequence
from typing import NoReturn

MASK = "•••"
_SHORTEST = 3
_ANY = "surrogateescape"
"""For bytes that are no UTF-8: they come out as they went in."""
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

    Forms are searched for one by one. A pattern of all of them would be slower, and Python keeps
    hundreds of patterns that it has compiled: with them, secrets that are long forgotten here.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: set[str] = set()
        self._earlier: set[str] = set()
        self._ordered: tuple[Sequence[str], Sequence[str]] | None = None

    def add(self, secret: Secret | str) -> None:
        """Mask this from now on."""
        text = secret.reveal() if isinstance(secret, Secret) else secret
        if len(text) < _SHORTEST:
            return
        with self._lock:
            new = _forms(text) - self._forms
            if new:
                self._forms |= new
                self._ordered = None

    def begin_anew(self) -> None:
        """Forget what was added before the last call of this. In a process that plays run after run,
        each run's secrets stay masked during the next one too, when an echo of it may still come."""
        with self._lock:
            self._earlier, self._forms = self._forms, set()
            self._ordered = None

    def mask(self, text: str) -> str:
        """The text without any of the secrets."""
        long, short = self._known()
        for form in long:
            text = text.replace(form, MASK)
        for form in short:
            text = _without(text, form)
        return text

    def mask_bytes(self, data: bytes) -> bytes:
        """Bytes without any of the secrets, as UTF-8. For text in files whose encoding is not sure."""
        return self.mask(data.decode(errors=_ANY)).encode(errors=_ANY)

    def _known(self) -> tuple[Sequence[str], Sequence[str]]:
        """Forms that are masked everywhere, and those that are only where they stand alone.

        The longest first, so that no secret is left half shown by one that it begins with.
        """
        with self._lock:
            if self._ordered is None:
                known = sorted(self._forms | self._earlier, key=lambda form: (-len(form), form))
                long = [form for form in known if len(form) >= _ALONE_BELOW]
                self._ordered = long, known[len(long) :]
            return self._ordered


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


def _without(text: str, form: str) -> str:
    """The text, with the mask for `form` where that stands alone."""
    kept, begin, at = "", 0, text.find(form)
    while at >= 0:
        end = at + len(form)
        alone = not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum())
        if alone:
            kept, begin = f"{kept}{text[begin:at]}{MASK}", end
        at = text.find(form, end if alone else at + 1)
    return kept + text[begin:]
