"""What accounts and lines are called where that travels further than the dashboard: no whole phone number."""

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
    return _apart((line.name, line.title or line.name) for line in lines)


def account_names(accounts: Iterable[str]) -> Mapping[str, str]:
    """What each account is called, by its name; no two the same, in whichever order they come."""
    return _apart((name, name) for name in sorted(accounts))


def _apart(called: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names with their masks: two SIMs may have one title, two numbers end in the same digits."""
    seen: dict[str, int] = {}
    found = {}
    for name, text in called:
        shown = masked(text)
        seen[shown] = seen.get(shown, 0) + 1
        while seen[shown] > 1:
            shown = f"{shown} ({seen[shown]})"
            seen[shown] = seen.get(shown, 0) + 1
        found[name] = shown
    return found


def _ending(number: re.Match[str]) -> str:
    digits = [sign for sign in number.group() if sign.isdecimal()]
    return _MASK + "".join(digits[-_SHOWN:])
