"""What of a private file may be repeated when something in it is wrong.

Such a file names secrets and holds none, but people slip: a password stands where a key belongs, or an
address with a token in it where a name does. So a key is repeated only where it is a word of the file's
language or nearly one, and a text only where nothing in it looks like a secret.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from runner.flow.mistakes import did_you_mean

_AS_CLOSE = 0.66
"""How much of a misspelt word is right, from 0 to 1. Less than that may be a word of its own."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s`]+")
_PIECE = re.compile(r"[A-Za-z0-9!?$%^&*#+~|\\;@]+")
_AMOUNT = re.compile(r"[0-9]{1,9}(?:[A-Z]{3}|[KMGT]?B|seconds?|minutes?|min|hours?|days?|weeks?)")
_ENOUGH = 6
"""Signs of a piece that may be a secret, if letters are not all that it has."""
_LONG = 16
"""Signs of a piece that no word of the language has."""


def resembles(word: str, known: Collection[str]) -> bool:
    """Whether a word is one of these, or was meant to be one. No word of a language has digits."""
    if word in known:
        return True
    letters = word.replace("_", "").replace("-", "")
    return letters.isalpha() and did_you_mean(word, known, _AS_CLOSE) is not None


def secretive(text: str) -> Iterator[str]:
    """The pieces of a text that may be secrets: addresses that are no web page's, and what looks like a
    password, a number of a person or a token."""
    for found in _ADDRESS.finditer(text):
        if not found[0].startswith(("http://", "https://")) or "@" in found[0]:
            yield found[0]
    for found in _PIECE.finditer(text):
        piece = found[0]
        if _AMOUNT.fullmatch(piece):
            continue
        if len(piece) >= _LONG or (len(piece) >= _ENOUGH and not piece.isalpha()):
            yield piece


def texts(data: Any) -> Iterator[str]:
    """Every text in maps and lists, and every key."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield str(key)
            yield from texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)
    elif data is not None and not isinstance(data, bool):
        yield str(data)
