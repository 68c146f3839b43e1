"""The plain form of a text: one way to write every digit, sign, bracket and space."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, TypeVar

from runner.values.errors import Unreadable

LONGEST = 500
"""Characters. A value is short; a longer text is a part of a page that was taken by mistake."""

# Marks that say how to lay text out (isolates, directions, joiners) are no part of a value.
_LAYOUT = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SIGNS = str.maketrans({"〜": "~", "−": "-", "‐": "-", "‑": "-", "–": "-", "—": "-", "△": "▲"})
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NOTHING = re.compile(r"[-―ー─*.·…_/\s]*")


def plain(text: str, kind: str, *, empty: bool = False) -> str:
    """The text in its plain form. Raises Unreadable where it shows no value, or is no value at all.

    Digits that are notes (², ①) are taken out of reach, so that `550²` never becomes 5502.
    """
    if len(text) > LONGEST:
        raise Unreadable(kind, text, f"it is longer than {LONGEST} characters")
    notes = "".join("�" if unicodedata.category(sign) == "No" else sign for sign in text)
    folded = unicodedata.normalize("NFKC", _LAYOUT.sub("", notes))
    result = " ".join(folded.translate(_SIGNS).split())
    if not empty and _NOTHING.fullmatch(result):
        raise Unreadable(kind, text, "no value")
    return result


def tidy(text: str) -> str:
    """The text with one way to write digits and spaces, else as it stands. Any length.

    >>> tidy("ＮＴＴ\u3000１号 ")
    'NTT 1号'
    """
    return " ".join(unicodedata.normalize("NFKC", _LAYOUT.sub("", text)).split())


T = TypeVar("T")


def sound(value: T) -> T:
    """A text, or what JSON holds, with U+FFFD for each sign that no text may hold.

    Scripts of a page can make halves of surrogate pairs, which no database, file or terminal takes, and
    control characters, which steer a terminal and break a mail's head.

    >>> sound({"reference": "A-1\\ud800"})
    {'reference': 'A-1�'}
    """
    found: Any = value
    if isinstance(value, str):
        found = _NO_TEXT.sub("\ufffd", value)
    elif isinstance(value, dict):
        found = {sound(key): sound(item) for key, item in value.items()}
    elif isinstance(value, list):
        found = [sound(item) for item in value]
    return found  # type: ignore[no-any-return]  # of the kind that came


def label(word: str) -> str:
    """A pattern for what may stand before a word: nothing, or a label that ends there."""
    return rf"(?:[^0-9]*[:\s])?{word}"
