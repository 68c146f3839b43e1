"""What the YAML parser complains of, in words that help whoever wrote the file."""

from __future__ import annotations

import yaml

_QUOTES = "text that holds `: `, or begins with a sign such as [ { * & ! % @, stands in quotes"

UNPRINTABLE = "this sign can't be printed and is not allowed"
IN_SINGLE_QUOTES = "in single quotes, `\\` is only itself"

_WORDS = (
    ("mapping values are not allowed", "a `:` can't stand here", _QUOTES),
    ("cannot start any token", "no text can begin with this sign", _QUOTES),
    ("could not find expected ':'", "a `:` is missing: is this a key?", "write `key: value`"),
    (
        "did not find expected key",
        "no key can begin here",
        "look at the indentation, and for a missing quote or bracket above",
    ),
    ("expected ',' or '}'", "a `,` or the closing `}` is missing", None),
    ("expected ',' or ']'", "a `,` or the closing `]` is missing", None),
    (
        "did not find expected '-' indicator",
        "a list's entry begins with `- `",
        "look at the indentation",
    ),
    ("did not find expected node content", "a value is missing here", None),
    ("found unexpected end of stream", "the file ends inside a quoted text", "close the quote"),
    (
        "found unknown escape character",
        "no such escape after `\\`",
        IN_SINGLE_QUOTES,
    ),
    ("invalid Unicode character escape", "there is no such sign", "write the sign itself"),
    ("alphabetic or numeric", "`*` and `&` name anchors here", _QUOTES),
    ("control characters", UNPRINTABLE, None),
    ("special characters", UNPRINTABLE, None),
    ("undefined tag handle", "tags are not used here", "text that begins with ! stands in quotes"),
    ("found duplicate anchor", "this anchor exists already", None),
    (
        "block sequence entries are not allowed",
        "a list can't begin here",
        "put it on a line of its own",
    ),
)


def explain(error: yaml.YAMLError) -> tuple[str, str | None]:
    """A message and a hint for a parser's error."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    mark = getattr(error, "problem_mark", None)
    for part, message, hint in _WORDS:
        if part in problem:
            return message, hint
    return f"this is not YAML: {problem}", None if mark else "is it a text file?"
