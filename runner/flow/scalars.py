"""Words of the language that are written as one piece of text in YAML and mean more than text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from runner.flow.expressions import Expression, ExpressionError, Template, split_arguments


class WrongText(ValueError):
    """A text that the language does not understand; `column` counts from 0 inside it."""

    def __init__(self, message: str, *, column: int = 0, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.column, self.hint = message, column, hint


def _one_line(text: str) -> str:
    text = text.strip()
    if len(text.splitlines()) > 1:
        raise PydanticCustomError("line_wanted", "a single line is wanted here")
    return text


OneLine = Annotated[str, AfterValidator(_one_line)]
"""What stands in headings, in the titles of messages and in tables."""


class Scalar:
    """Lets pydantic read a subclass from YAML text by its `parse`, and describe it in JSON Schema."""

    json_schema: ClassVar[dict[str, Any]] = {"type": "string"}

    @classmethod
    def parse(cls, text: str) -> Self:
        raise NotImplementedError

    @classmethod
    def _validate(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise PydanticCustomError("text_wanted", "text is wanted here")
        try:
            return cls.parse(str(value))
        except (WrongText, ExpressionError) as wrong:
            context = {"message": wrong.message, "column_offset": wrong.column, "hint": wrong.hint}
            raise PydanticCustomError("wrong_text", "{message}", context) from None

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validate)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return dict(cls.json_schema)


@dataclass(frozen=True)
class Text(Scalar):
    """Text that may hold `{{ … }}`: what is typed, an address, an option."""

    template: Template
    json_schema: ClassVar[dict[str, Any]] = {"type": ["string", "number"]}

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(Template.parse(text))

    def __str__(self) -> str:
        return self.template.text


@dataclass(frozen=True)
class Expr(Scalar):
    """A bare expression, such as `plan.price` or `days_left <= 7 or balance < 500 JPY`."""

    expression: Expression
    json_schema: ClassVar[dict[str, Any]] = {"type": ["string", "number"]}

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(Expression.parse(text))

    def __str__(self) -> str:
        return self.expression.text


@dataclass(frozen=True)
class Pattern(Scalar):
    """Text to look for: plain text is found anywhere, `/…/` is a regular expression."""

    text: str
    json_schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1}

    @classmethod
    def parse(cls, text: str) -> Self:
        pattern = cls(text)
        if not text.strip("/ "):
            raise WrongText("an empty text would be found everywhere")
        if "{{" in text:
            raise WrongText(
                "`{{ … }}` is not filled in here",
                column=text.index("{{"),
                hint="a selector with an argument can look for it: `shown(line.name)`",
            )
        try:
            pattern.regex.search("")
        except re.error as error:
            raise WrongText(
                f"not a regular expression: {error.msg}", column=1 + (error.pos or 0)
            ) from None
        return pattern

    @property
    def is_regex(self) -> bool:
        """Whether it is written `/…/`; any other text means itself."""
        return len(self.text) > 2 and self.text.startswith("/") and self.text.endswith("/")

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(self.text[1:-1] if self.is_regex else re.escape(self.text))

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Words(Scalar):
    """What an element is found by: text, or `/…/`, a regular expression. Both may hold `{{ … }}`.

    `pattern`: the expression, where it has no holes.
    """

    template: Template
    pattern: Pattern | None
    json_schema: ClassVar[dict[str, Any]] = {"type": ["string", "number"]}

    @classmethod
    def parse(cls, text: str) -> Self:
        if not Pattern(text).is_regex:
            return cls(Template.parse(text), None)
        if "{{" not in text:
            return cls(Template(text), Pattern.parse(text))
        template = Template.parse(text)
        Pattern.parse(template.blank)
        return cls(template, None)

    def wanted(self, values: Mapping[str, Any]) -> str | re.Pattern[str]:
        """What is looked for. In a regular expression, what fills a hole stands for itself alone."""
        if self.pattern is not None:
            return self.pattern.regex
        if Pattern(self.template.text).is_regex:
            return Pattern(self.template.filled(values, re.escape)).regex
        return str(self.template.evaluate(values))

    def __str__(self) -> str:
        return self.template.text


_REF = re.compile(r"^([a-z][a-z0-9_]*)(?:\((.*)\))?$")


@dataclass(frozen=True)
class Ref(Scalar):
    """A selector by its name in selectors/SITE.yaml, with arguments if it takes some: `amount(plan.price)`."""

    name: str
    arguments: tuple[Expression, ...] = ()
    text: str = ""
    json_schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^[a-z][a-z0-9_]*(\(.*\))?$",
    }

    @classmethod
    def parse(cls, text: str) -> Self:
        match = _REF.match(text.strip())
        if match is None:
            raise WrongText(
                f"`{text}` is not the name of a selector",
                hint="steps name a selector of selectors/SITE.yaml, in lower case: log_in",
            )
        name, arguments = match.groups()
        parts = split_arguments(arguments) if arguments else []
        return cls(name, tuple(Expression.parse(part) for part in parts), text)

    def __str__(self) -> str:
        return self.text or self.name


_DURATION = re.compile(r"^(\d+(?:\.\d+)?)\s*(ms|s|seconds?|minutes?)$")
_UNITS = {"ms": 0.001, "s": 1.0, "second": 1.0, "seconds": 1.0, "minute": 60.0, "minutes": 60.0}


@dataclass(frozen=True)
class Wait(Scalar):
    """How long a step may take: `30 seconds`, `2 minutes`."""

    seconds: float
    json_schema: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^\d+(\.\d+)?\s*(ms|s|seconds?|minutes?)$",
    }

    @classmethod
    def parse(cls, text: str) -> Self:
        match = _DURATION.match(text.strip())
        if match is None:
            raise WrongText(f"`{text}` is not a time", hint="write it like `30 seconds`")
        return cls(float(match[1]) * _UNITS[match[2]])

    def __str__(self) -> str:
        whole = self.seconds >= 120 and self.seconds % 60 == 0
        return f"{self.seconds / 60:g} minutes" if whole else f"{self.seconds:g} seconds"


_DAYS = re.compile(r"^([1-9]\d{0,3}) days?$")


@dataclass(frozen=True)
class Days(Scalar):
    """A number of days, from 1 on: `180 days`."""

    days: int
    json_schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": _DAYS.pattern}

    @classmethod
    def parse(cls, text: str) -> Self:
        match = _DAYS.match(text.strip())
        if match is None:
            raise WrongText(f"`{text}` is not a number of days", hint="write it like `180 days`")
        return cls(int(match[1]))
