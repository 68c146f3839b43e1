"""Where an account's one-time codes come from."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from runner.config.references import SecretReference

_WAYS = ("command", "totp", "file", "prompt")


def _pattern(value: Any) -> re.Pattern[str]:
    try:
        return re.compile(value)
    except (re.error, TypeError) as error:
        at = getattr(error, "pos", None) or 0
        context = {"reason": getattr(error, "msg", "text is wanted"), "column_offset": at}
        raise PydanticCustomError(
            "wrong_pattern", "not a regular expression: {reason}", context
        ) from None


class CodeSource(BaseModel):
    """One source of codes: exactly one of command, totp, file and prompt."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    command: list[str] | None = Field(
        None, min_length=1, description="A program that prints a code, or a message that holds one."
    )
    totp: SecretReference | None = Field(None, description="An authenticator's secret.")
    file: str | None = Field(
        None, min_length=1, description="A file that something else writes codes into."
    )
    prompt: Literal[True] | None = Field(None, description="Ask at the terminal.")
    pattern: Annotated[
        re.Pattern[str] | None,
        PlainValidator(_pattern),
        WithJsonSchema({"type": "string", "format": "regex"}),
    ] = Field(None, description="Where in the message the code is, as a regular expression.")

    @model_validator(mode="after")
    def _one_way(self) -> CodeSource:
        if sum(getattr(self, way) is not None for way in _WAYS) != 1:
            raise PydanticCustomError(
                "one_way", "a source of codes is exactly one of command, totp, file, prompt"
            )
        return self
