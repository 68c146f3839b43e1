"""Conditions: what a page must show for a signal, an interrupt, a wait or an `if`."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from runner.flow.base import Part
from runner.flow.scalars import Pattern, Ref


class Condition(Part):
    """What a page shows. With several keys, all must hold.

    Example: `{visible: code_boxes, text: /セキュリティコード/}`
    """

    visible: Ref | None = Field(None, description="This element can be seen.")
    hidden: Ref | None = Field(None, description="This element can't be seen (or isn't there).")
    text: Pattern | None = Field(None, description="The page's visible text holds this.")
    title: Pattern | None = Field(None, description="The page's title holds this.")
    url: Pattern | None = Field(None, description="The page's address holds this.")
    any: list[Condition] | None = Field(
        None, description="At least one of these holds.", min_length=1
    )
    not_: Condition | None = Field(None, alias="not", description="This does not hold.")

    @model_validator(mode="before")
    @classmethod
    def _not_empty(cls, value: Any) -> Any:
        if value == {} or value is None:
            raise PydanticCustomError(
                "empty_condition",
                "a condition needs at least one of visible, hidden, text, title, url, any, not",
            )
        return value
