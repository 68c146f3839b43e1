"""A policy's condition in words: `days_left <= 7 or balance < 500 JPY`, as its owner would say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import reduce
from typing import Any

from runner.flow.expressions import Expression, ExpressionError
from runner.values.data import DataVolume
from runner.values.format import show
from runner.values.money import Money
from runner.views.words import words

_TERM = re.compile(r"(\w+) *(<=|>=|==|<|>) *([\d.,]+(?: ?[A-Z]{2,3})?)")
_JOINTS = ("or", "and")
_LENGTHS: Mapping[str, str] = {
    "days_left": "days",
    "days_since_paid": "days",
    "minutes_left": "minutes",
}


def in_words(when: Expression, language: str) -> str:
    """The condition as a part of a sentence. What has no words of its own stands as it was written."""
    told = _joined(when, language)
    return f"{told} " if language.startswith("zh") and told[-1].isascii() else told


def _joined(when: Expression, language: str) -> str:
    said = words(language)
    for joint in _JOINTS:
        parts = re.split(rf"\s+{joint}\s+", when.text)
        if len(parts) > 1 and (terms := [_term(part, language) for part in parts]) and all(terms):
            return reduce(lambda a, b: said[joint].format(a=a, b=b), map(str, terms))
    return _term(when.text, language) or said["other"].format(x=when.text)


def _term(text: str, language: str) -> str | None:
    """One comparison in words; a comparison without words of its own as it was written; None of more."""
    match = _TERM.fullmatch(text.strip())
    if match is None:
        return None
    said, name = words(language).get(f"{match[1]} {match[2]}"), match[1]
    value = _value(name, match[3])
    if said is None or value is None:
        return words(language)["other"].format(x=text.strip())
    return said.format(x=show(value, language))


def _value(name: str, text: str) -> Any:
    """What a name is compared with; None where it is something else than that name's values are."""
    try:
        value = Expression(text).evaluate({})
    except (ExpressionError, ValueError):
        return None
    if name in _LENGTHS:
        return timedelta(**{_LENGTHS[name]: value}) if type(value) is int else None
    wanted = {"balance": Money, "data_left": DataVolume}.get(name)
    return value if wanted is not None and isinstance(value, wanted) else None
