"""References: how config.yaml names a secret without holding it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

Kind = Literal["env", "file", "keyring", "command"]

RIGHT_WAYS = "name it: `env:NAME`, `file:PATH`, `keyring:SERVICE/NAME` or `{command: [program, …]}`"
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PREFIXES = ("env:", "file:", "keyring:")


class NotAReference(ValueError):
    """A value that names no secret. It never repeats the value."""

    def __init__(self, message: str, hint: str | None = RIGHT_WAYS) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a secret is kept: a variable, a file, the system's keyring, or a program's output."""

    kind: Kind
    words: tuple[str, ...]

    @classmethod
    def parse(cls, value: Any) -> Reference:
        """The reference that a value of the file is. Raises NotAReference."""
        if isinstance(value, Reference):
            return value
        if isinstance(value, dict):
            return cls._command(value)
        if not is_reference(value):
            raise NotAReference("a secret does not stand in this file; the file only names it")
        kind, _, rest = value.partition(":")
        rest = rest.strip()
        if kind == "env":
            if not _ENV_NAME.fullmatch(rest):
                raise NotAReference("the name of an environment variable is wanted", "`env:NAME`")
            return cls("env", (rest,))
        if kind == "file":
            if not rest:
                raise NotAReference("the path of a file is wanted", "`file:PATH`")
            return cls("file", (rest,))
        service, slash, name = rest.rpartition("/")
        if not (slash and service and name):
            raise NotAReference("the keyring needs a service and a name", "`keyring:SERVICE/NAME`")
        return cls("keyring", (service, name))

    @classmethod
    def _command(cls, value: dict[Any, Any]) -> Reference:
        words = value.get("command")
        if set(value) != {"command"} or not isinstance(words, list) or not words:
            raise NotAReference("a map here has the one key `command`, with a list of words")
        if not all(isinstance(word, str | int | float) for word in words) or not words[0]:
            raise NotAReference("the words of a command are text")
        return cls("command", tuple(str(word) for word in words))

    def __str__(self) -> str:
        """The reference, for messages. A command's arguments are left out."""
        if self.kind == "command":
            return f"command {self.words[0]}"
        return f"{self.kind}:{'/'.join(self.words)}"


def is_reference(value: Any) -> bool:
    """Whether a value is meant as a reference, well formed or not."""
    return isinstance(value, dict | Reference) or (
        isinstance(value, str) and value.startswith(_PREFIXES)
    )


def read_reference(value: Any) -> Reference:
    """The reference, for a model's field."""
    try:
        return Reference.parse(value)
    except NotAReference as wrong:
        context = {"message": wrong.message, "hint": wrong.hint}
        raise PydanticCustomError("reference_wanted", "{message}", context) from None


def _written(reference: Reference) -> Any:
    if reference.kind == "command":
        return {"command": list(reference.words)}
    return str(reference)


REFERENCE_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|keyring:.+/.+)$"},
        {
            "type": "object",
            "properties": {
                "command": {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 1}
            },
            "required": ["command"],
            "additionalProperties": False,
        },
    ]
}

SecretReference = Annotated[
    Reference,
    PlainValidator(read_reference),
    PlainSerializer(_written),
    WithJsonSchema(REFERENCE_SCHEMA),
]
"""A field that names a secret."""
