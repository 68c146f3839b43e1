"""Expressions and templates: sandboxed Jinja that sees values, and can do nothing else.

Amounts may be written as people write them: `balance < 500 JPY`, `data_left < 1 GB`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache, wraps
from typing import TYPE_CHECKING, Any

from runner.values.data import DataVolume
from runner.values.money import CurrencyMismatch, Money
from runner.values.secret import Secret

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_LITERAL = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""  # a quoted text is left alone
    r"""|(?<![\w.])(\d[\d,]*(?:\.\d+)?)\s*([A-Z]{3}|KB|MB|GB|TB)\b"""
)
_HOLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_VISIBLE: dict[type, frozenset[str]] = {
    Money: frozenset({"amount", "currency"}),
    DataVolume: frozenset({"bytes"}),
    datetime: frozenset({"year", "month", "day", "hour", "minute"}),
    date: frozenset({"year", "month", "day"}),
    timedelta: frozenset({"days"}),
}


class ExpressionError(ValueError):
    """An expression that can't be read or worked out; `column` counts from 0 inside its text."""

    def __init__(self, message: str, column: int = 0) -> None:
        super().__init__(message)
        self.message, self.column, self.hint = message, column, None


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    import jinja2
    from jinja2.sandbox import SandboxedEnvironment

    class Environment(SandboxedEnvironment):
        """Shows mappings and the few harmless parts of values; calls only our own two functions."""

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            return any(attr in names for kind, names in _VISIBLE.items() if isinstance(obj, kind))

        def is_safe_callable(self, obj: Any) -> bool:
            return obj in (Money.parse, DataVolume.parse)

    environment = Environment(undefined=jinja2.StrictUndefined)
    environment.globals = {"money": Money.parse, "data": DataVolume.parse}
    environment.filters = {name: _not_of_secrets(it) for name, it in environment.filters.items()}
    return environment


def _refuse_secret(value: Any) -> Any:
    if isinstance(value, Secret):
        raise ExpressionError("a secret stands alone: nothing may be put before or behind it")
    return value


def _not_of_secrets(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that refuses secrets: it would see nothing but their mask, and hand that on."""

    @wraps(function)
    def filtered(*values: Any, **options: Any) -> Any:
        if any(isinstance(value, Secret) for value in values):
            raise ExpressionError(
                "a secret can't be worked on: where it is none, write it into config.yaml as it is"
            )
        return function(*values, **options)

    return filtered


def _spell_out(text: str) -> str:
    """Turn `500 JPY` and `1 GB` into values, outside quoted texts."""

    def value(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        function = "data" if match[3] in ("KB", "MB", "GB", "TB") else "money"
        return f'{function}("{match[2].replace(",", "")} {match[3]}")'

    return _LITERAL.sub(value, text)


@dataclass(frozen=True)
class Expression:
    """A bare expression; `names` are the values that it needs."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Check the text. Raises ExpressionError."""
        expression = cls(text.strip())
        expression.paths  # noqa: B018  reading it parses the text
        return expression

    @cached_property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """What it needs, with attributes: `account.id` is ("account", "id"). Raises ExpressionError."""
        import jinja2
        from jinja2 import meta, nodes

        if not self.text:
            raise ExpressionError("an expression is wanted here")
        try:
            tree = _environment().parse("{{ " + _spell_out(self.text) + " }}")
        except jinja2.TemplateSyntaxError as error:
            raise ExpressionError(f"not an expression: {error.message}") from None
        free = meta.find_undeclared_variables(tree) - {"money", "data"}
        attributed = {
            (node.node.name, node.attr)
            for node in tree.find_all(nodes.Getattr)
            if isinstance(node.node, nodes.Name)
        }
        bare = {(name,) for name in free if name not in {first for first, _ in attributed}}
        return frozenset(bare | {path for path in attributed if path[0] in free})

    @property
    def names(self) -> frozenset[str]:
        """What it needs, without attributes."""
        return frozenset(path[0] for path in self.paths)

    def column_of(self, word: str) -> int:
        """Where a name stands in the text, for a caret."""
        found = re.search(rf"(?<![\w.]){re.escape(word)}\b", self.text)
        return found.start() if found else 0

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """Work it out. Raises ExpressionError where a value is missing or doesn't fit."""
        import jinja2
        from jinja2.exceptions import SecurityError

        try:
            value = _compiled(self.text)(**values)
            if isinstance(value, jinja2.Undefined):
                str(value)  # an undefined value raises what it is undefined for
            return value
        except jinja2.UndefinedError as error:
            raise ExpressionError(f"`{self.text}`: {error.message}") from None
        except (
            TypeError,
            CurrencyMismatch,
            ArithmeticError,
            SecurityError,
        ) as error:
            raise ExpressionError(f"`{self.text}` can't be worked out: {error}") from None


@lru_cache(maxsize=512)
def _compiled(text: str) -> Any:
    return _environment().compile_expression(_spell_out(text), undefined_to_none=False)


@dataclass(frozen=True)
class Template:
    """Text with holes: `090{{ line.number }}`. A text that is one hole keeps its value's type."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Template:
        """Check every hole. Raises ExpressionError."""
        template = cls(text)
        for match in _HOLE.finditer(text):
            try:
                Expression.parse(match[1])
            except ExpressionError as error:
                raise ExpressionError(error.message, match.start(1) + error.column) from None
        rest = _HOLE.sub("", text)
        if "{{" in rest or "}}" in rest or "{%" in rest:
            raise ExpressionError("`{{` and `}}` must come in pairs, and `{%` is not used here")
        return template

    @cached_property
    def holes(self) -> tuple[Expression, ...]:
        """What stands in its `{{ … }}`, in order."""
        return tuple(Expression(match[1].strip()) for match in _HOLE.finditer(self.text))

    @property
    def blank(self) -> str:
        """The text with a letter in place of each hole."""
        return _HOLE.sub("x", self.text)

    @property
    def alone(self) -> bool:
        """Whether the whole text is one hole."""
        return bool(_HOLE.fullmatch(self.text.strip())) and len(self.holes) == 1

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """Fill the holes: text, or the value itself when the text is one hole."""
        if not self.holes:
            return self.text
        if self.alone:
            return self.holes[0].evaluate(values)
        return self.filled(values)

    def filled(
        self, values: Mapping[str, Any], written: Callable[[str], str] = lambda text: text
    ) -> str:
        """The text with its holes filled. `written` tells how what goes into a hole is written."""

        def fill(match: re.Match[str]) -> str:
            return written(str(_refuse_secret(Expression(match[1].strip()).evaluate(values))))

        return _HOLE.sub(fill, self.text)


def compile_condition(text: str) -> Expression:
    """An expression that decides something, such as a policy's `when`. Raises ExpressionError."""
    return Expression.parse(text)


def split_arguments(text: str) -> list[str]:
    """Split `plan.price, "a, b"` at its outer commas."""
    parts, depth, quote, start = [], 0, "", 0
    for position, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]
