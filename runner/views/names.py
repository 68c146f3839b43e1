"""What lines are called where that travels further than the dashboard: no whole phone number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from runner.config.model import Line

_LONG_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_SHOWN = 4
_MASK = "•••"


@lru_cache(maxsize=4096)
def masked(text: str) -> str:
    """The text in one line, with the last four digits of each long number only, and without mail
    addresses.
    """
    return _LONG_NUMBER.sub(_ending, _ADDRESS.sub(_MASK, one_line(text)))


def one_line(text: str) -> str:
    """The text without line breaks, and without what no file of text may hold."""
    return _NOT_TEXT.sub(" ", text)


def line_names(lines: Iterable[Line]) -> Mapping[str, str]:
    """What each line of an account is called, by its name: its title, or its name; no two the same."""
    seen: dict[str, int] = {}
    found = {}
    for line in lines:
        called = masked(line.title or line.name)
        seen[called] = seen.get(called, 0) + 1
        while seen[called] > 1:  # two SIMs may have one title
            called = f"{called} ({seen[called]})"
            seen[called] = seen.get(called, 0) + 1
        found[line.name] = called
    return found


def _ending(number: re.Match[str]) -> str:
    digits = [sign for sign in number.group() if sign.isdecimal()]
    return _MASK + "".join(digits[-_SHOWN:])
