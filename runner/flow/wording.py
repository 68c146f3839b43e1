"""How a wrong value is told: what was wanted, and what kind of thing stands there instead.

Values themselves are never repeated: one of them may be a secret in the wrong place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.flow.mistakes import did_you_mean

WRONG_KIND = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
    "model_attributes_type": "a map",
    "dataclass_type": "a map",
    "mapping_type": "a map",
    "none_required": "nothing",
}
"""What pydantic wanted, by the type of its error."""

_LIMITS = {
    "greater_than": ("gt", "a number above {} is wanted"),
    "greater_than_equal": ("ge", "a number of at least {} is wanted"),
    "less_than": ("lt", "a number below {} is wanted"),
    "less_than_equal": ("le", "a number of at most {} is wanted"),
    "string_too_short": ("min_length", "at least {} character(s) of text are wanted"),
    "string_too_long": ("max_length", "at most {} characters of text are wanted"),
    "too_short": ("min_length", "at least {} entry is wanted"),
    "too_long": ("max_length", "at most {} entries are wanted"),
}


def kind_wanted(kind: str) -> str:
    """What was wanted, by the type of pydantic's error."""
    return WRONG_KIND[kind]


def kind_word(value: Any) -> str:
    """What kind of thing a value is, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return {"str": "text", "list": "a list", "dict": "a map"}.get(type(value).__name__, "this")


def options_of(kind: str, context: Mapping[str, Any]) -> list[str]:
    """The values that one of pydantic's errors wanted one of; none for other errors."""
    if kind not in ("literal_error", "enum"):
        return []
    return str(context.get("expected")).replace(" or ", ", ").replace("'", "").split(", ")


def say(kind: str, message: str, context: Mapping[str, Any], value: Any) -> tuple[str, str | None]:
    """Message and hint for one of pydantic's errors about a value."""
    hint = context.get("hint")
    if kind == "wrong_kind" or kind in WRONG_KIND:
        wanted = context.get("wanted") or WRONG_KIND[kind]
        found = kind_word(value)
        if found == "a number" and wanted == "text":
            hint = "put it in quotes"
        return f"{wanted} is wanted, not {'this' if found == wanted else found}", hint
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        return words.format(context.get(name)), hint
    if options := options_of(kind, context):
        close = did_you_mean(value, options) if isinstance(value, str) else None
        return f"one of {', '.join(f'`{o}`' for o in options)} is wanted", close
    if kind == "string_pattern_mismatch":
        return (
            "this text does not have the wanted form",
            hint or f"it must match {context.get('pattern')}",
        )
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error") or message), hint
    return message, hint
