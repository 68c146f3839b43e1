"""Counts: `1,234件`, `残り 5 回`, `unlimited minutes`."""

from __future__ import annotations

import math
import re

from runner.values.context import ReadAs
from runner.values.errors import reading
from runner.values.figures import NUMBER, number
from runner.values.plain import plain

UNLIMITED = math.inf
"""More than any count."""
_UNLIMITED = re.compile(r"\bunlimited\b|無制限|かけ放題|話し放題|无限|無限|不限", re.I)
_COUNTED = (
    r"件|回|枚|通|個|本|分|名|人|点|ポイント|pt|pts|points?|条|次|个|張|张|分钟|分鐘|"
    r"minutes?|mins?|texts?|sms|messages?|times?|items?|lines?|left|remaining"
)


def read_count(text: str, how: ReadAs, *, unit: str | None = None) -> int | float:
    """A whole number of things; `UNLIMITED` where there is no limit. Raises Unreadable.

    `unit` is the word of what is counted, where it is none of the usual ones.
    """
    with reading("count", text):
        clean = plain(text, "count")
        if _UNLIMITED.search(clean) and not re.search(r"[0-9]", clean):
            return UNLIMITED
        words = f"{_COUNTED}|{re.escape(plain(unit, 'count'))}" if unit else _COUNTED
        match = re.fullmatch(
            rf"(?:[^0-9�]*?(?:[:\s]|残り|あと|剩余|还剩))?(?P<number>{NUMBER})\s?(?:(?:{words})\s?)*"
            r"(?:まで)?",
            clean,
            re.I,
        )
        if match is None:
            raise ValueError("it is not one number of things; the flow may name what is counted")
        if re.search(r"[-▲]\s?$", clean[: match.start("number")]):
            raise ValueError("a count has no minus")
        value = number(match["number"], how)
        if value != value.to_integral_value():
            raise ValueError("a count is a whole number")
        return int(value)
